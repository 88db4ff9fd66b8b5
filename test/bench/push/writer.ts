import { insertComment } from "../../../functions/comments/create.ts";
import { readConfig } from "../../../shared/config.ts";
import { openDatabase } from "../../../shared/database.ts";
import { toPerson } from "../../../shared/models/user.ts";
import { answerParent, ready } from "../child.ts";
import { type Order, paced } from "./pace.ts";

// What a function does once a request is admitted: all that links it to the realtime node is the database.
const { models, findUser } = await openDatabase(readConfig(process.env));
answerParent({
  async write(order: Order) {
    const author = await findUser(order.authorId);
    if (!author) throw new Error("The author does not exist.");
    return paced(order, (body) => insertComment(models.comments, toPerson(author), body));
  },
});
ready();
