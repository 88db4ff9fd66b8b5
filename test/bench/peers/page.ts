import { createServer, type IncomingMessage } from "node:http";
import { MongoStore } from "connect-mongo";
import express from "express";
import session from "express-session";
import type { MongoClient } from "mongodb";
import passport from "passport";
import { Server } from "socket.io";
import { readConfig } from "../../../shared/config.ts";
import { openDatabase } from "../../../shared/database.ts";
import type { UserRecord } from "../../../shared/models/user.ts";
import { answerParent, listen, ready } from "../child.ts";
import { readPlainFeed } from "../feed/plain.ts";

// One Express process with Socket.IO as its recipes show it: the page joins, asks for the comments, and appends them.
const config = readConfig(process.env);
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

const page = (comments: number) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Chat</title><style>li { padding: 8px }</style></head>
<body>
<p id="connection">Connecting</p>
<ul id="comments"></ul>
<script src="/socket.io/socket.io.js"></script>
<script>
const socket = io({ transports: ["websocket"] });
socket.on("me", async () => {
  const { comments } = await (await fetch("/comments?limit=${comments}")).json();
  for (const { author, body, createdAt } of comments) {
    const item = document.createElement("li");
    item.className = "comment";
    item.textContent = author.firstName + " " + author.lastName + ", " + new Date(createdAt).toLocaleString() + ": " + body;
    document.getElementById("comments").append(item);
  }
  document.getElementById("connection").textContent = "Live";
});
</script>
</body>
</html>`;

const app = express();
app.use(withSession);
app.use(passport.session());
app.get("/", (request, response) => void response.send(page(Number(request.query.limit))));
app.get("/comments", async (request, response) => {
  const { _id } = request.user as UserRecord;
  const limit = Number(request.query.limit);
  response.json(await readPlainFeed(models, _id.toHexString(), { limit }, { isBounded: false }));
});

const server = createServer(app);
const io = new Server(server, { perMessageDeflate: false });
io.engine.use(withSession);
io.engine.use(passport.session());
io.on("connection", (socket) => {
  const { user } = socket.request as IncomingMessage & { user?: UserRecord };
  if (user) socket.emit("me", user.displayName);
  else socket.disconnect(true);
});
answerParent({});
ready(await listen(server));
