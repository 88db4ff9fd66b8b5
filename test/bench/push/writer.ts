import { insertComment } from "../../../functions/comments/create.ts";
import { readConfig } from "../../../shared/config.ts";
import type { Person } from "../../../shared/contracts/people.ts";
import { openDatabase } from "../../../shared/database.ts";
import { toPerson, type UserRecord } from "../../../shared/models/user.ts";
import { answerParent, ready } from "../child.ts";
import { type Order, paced, stampedBody } from "./pace.ts";

// What a function does once a request is admitted: all that links it to the realtime node is the database.
const { models, findUser } = await openDatabase(readConfig(process.env));
const authors = new Map<string, Promise<Person>>();
const authorOf = (id: string) => {
  const known = authors.get(id) ?? findUser(id).then((user) => toPerson(user as UserRecord));
  authors.set(id, known);
  return known;
};
answerParent({
  async insert({ authorId, series }: { authorId: string; series: string }) {
    await insertComment(models.comments, await authorOf(authorId), stampedBody(series));
  },
  /** Authors take turns. */
  async writeInTurn({ authorIds, ...order }: Omit<Order, "authorId"> & { authorIds: string[] }) {
    const authors = await Promise.all(authorIds.map(authorOf));
    let next = 0;
    const turn = () => authors[next++ % authors.length] as Person;
    return paced({ ...order, authorId: "" }, (body) => insertComment(models.comments, turn(), body));
  },
  async write(order: Order) {
    const author = await authorOf(order.authorId);
    return paced(order, (body) => insertComment(models.comments, author, body));
  },
});
ready();
