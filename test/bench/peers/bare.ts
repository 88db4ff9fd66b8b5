import { createServer } from "node:http";
import { MongoClient } from "mongodb";
import { Server } from "socket.io";
import { answerParent, listen, ready } from "../child.ts";
import { residentMemory } from "../fanout/memory.ts";
import { type Order, paced, stampedBody } from "../push/pace.ts";

// Socket.IO by itself: no session, and everybody hears everything.
const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });
const room = "everybody";
io.on("connection", (socket) => void socket.join(room));

/** As large as a comment of Kith's. */
const comment = (body: string) => ({
  id: "0".repeat(24),
  author: { id: "0".repeat(24), username: "bench-1", firstName: "First1", lastName: "Last1" },
  body,
  createdAt: new Date().toISOString(),
  position: "0".repeat(16),
});
/** Connects at its first use. */
const comments = new MongoClient(process.env.MONGODB_URI as string).db("kith-bench-bare").collection("comments");
answerParent({
  residentMemory,
  sockets: () => io.engine.clientsCount,
  emit: (series: string) => void io.emit("comment", comment(stampedBody(series))),
  emitToRoom: (series: string) => void io.to(room).emit("comment", comment(stampedBody(series))),
  /** As an app does that keeps its comments: emitted once they are acknowledged. */
  write: (order: Order) =>
    paced(order, async (body) => {
      await comments.insertOne({ body }, { writeConcern: { w: "majority" } });
      io.emit("comment", comment(stampedBody(order.series)));
    }),
});
ready(await listen(server));
