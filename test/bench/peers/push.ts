import { createServer, type IncomingMessage } from "node:http";
import { MongoStore } from "connect-mongo";
import express from "express";
import session from "express-session";
import type { MongoClient } from "mongodb";
import passport from "passport";
import { Server } from "socket.io";
import { insertComment } from "../../../functions/comments/create.ts";
import { readConfig } from "../../../shared/config.ts";
import { openDatabase } from "../../../shared/database.ts";
import { friendsOf } from "../../../shared/friends/queries.ts";
import { toPerson, type UserRecord } from "../../../shared/models/user.ts";
import { answerParent, listen, ready } from "../child.ts";
import { type Order, paced } from "../push/pace.ts";

// One Express process that inserts and then tells its own sockets: the least that a push can take.
const config = readConfig(process.env);
// The insert and the users are Kith's own, so that the database has the same work to do.
const { connection, models, findUser } = await openDatabase(config);

passport.serializeUser((user, done) => done(null, (user as UserRecord)._id.toHexString()));
passport.deserializeUser((id: string, done) => {
  findUser(id).then((user) => done(null, user ?? false), done);
});
const withSession = session({
  secret: [...config.session.secrets],
  name: config.session.name,
  resave: false,
  saveUninitialized: false,
  store: MongoStore.create({
    client: connection.getClient() as unknown as MongoClient,
    touchAfter: config.session.touchAfter / 1000,
    autoRemove: "disabled",
  }),
});
const app = express();
app.use(withSession);
app.use(passport.session());

const server = createServer(app);
const io = new Server(server, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });
io.engine.use(withSession);
io.engine.use(passport.session());
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
