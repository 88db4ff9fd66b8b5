import { createServer, type IncomingMessage } from "node:http";
import express from "express";
import { Server } from "socket.io";
import { readConfig } from "../../../shared/config.ts";
import { openDatabase } from "../../../shared/database.ts";
import type { UserRecord } from "../../../shared/models/user.ts";
import { answerParent, listen, ready } from "../child.ts";
import { readPlainFeed } from "../feed/plain.ts";
import { tunedSession } from "./session.ts";

// One Express process with Socket.IO as its recipes show it: the page joins, asks for the comments, and appends them.
const config = readConfig(process.env);
const database = await openDatabase(config);
const { models } = database;

const middleware = tunedSession(config, database);

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
app.use(...middleware);
app.get("/", (request, response) => void response.send(page(Number(request.query.limit))));
app.get("/comments", async (request, response) => {
  const { _id } = request.user as UserRecord;
  const limit = Number(request.query.limit);
  response.json(await readPlainFeed(models, _id.toHexString(), { limit }, { isBounded: false }));
});

const server = createServer(app);
const io = new Server(server, { perMessageDeflate: false });
for (const each of middleware) io.engine.use(each);
io.on("connection", (socket) => {
  const { user } = socket.request as IncomingMessage & { user?: UserRecord };
  if (user) socket.emit("me", user.displayName);
  else socket.disconnect(true);
});
answerParent({});
ready(await listen(server));
