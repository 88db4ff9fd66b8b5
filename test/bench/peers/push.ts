import { createServer, type IncomingMessage } from "node:http";
import express from "express";
import { Server } from "socket.io";
import { insertComment } from "../../../functions/comments/create.ts";
import { readConfig } from "../../../shared/config.ts";
import { openDatabase } from "../../../shared/database.ts";
import { friendsOf } from "../../../shared/friends/queries.ts";
import { toPerson, type UserRecord } from "../../../shared/models/user.ts";
import { answerParent, listen, ready } from "../child.ts";
import { type Order, paced } from "../push/pace.ts";
import { tunedSession } from "./session.ts";

// One Express process that inserts and then tells its own sockets: the least that a push can take.
const config = readConfig(process.env);
// The insert and the users are Kith's own, so that the database has the same work to do.
const database = await openDatabase(config);
const { models, findUser } = database;

const middleware = tunedSession(config, database);
const app = express();
app.use(...middleware);

const server = createServer(app);
const io = new Server(server, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });
for (const each of middleware) io.engine.use(each);
io.on("connection", (socket) => {
  const { user } = socket.request as IncomingMessage & { user?: UserRecord };
  if (!user) {
    socket.disconnect(true);
    return;
  }
  void socket.join(`user:${user._id.toHexString()}`);
  socket.emit("me", { user: toPerson(user) });
});

answerParent({
  async write(order: Order) {
    const user = await findUser(order.authorId);
    if (!user) throw new Error("The author does not exist.");
    const author = toPerson(user);
    // Kept, as Kith keeps it: reading it for each comment would only slow this side down.
    const friends = await friendsOf(models.friendships, author.id);
    const rooms = [author.id, ...friends].map((id) => `user:${id}`);
    return paced(
      order,
      (body) => insertComment(models.comments, author, body),
      (comment) => io.to(rooms).emit("comment", comment),
    );
  },
});
ready(await listen(server));
