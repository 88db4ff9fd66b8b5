import { createServer } from "node:http";
import { Server } from "socket.io";
import { answerParent, listen, ready } from "../child.ts";
import { residentMemory } from "../fanout/memory.ts";
import { type Order, paced, stampedBody } from "../push/pace.ts";

// Socket.IO by itself: no session, no database, everybody hears everything.
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
answerParent({
  residentMemory,
  sockets: () => io.engine.clientsCount,
  emit: (series: string) => void io.emit("comment", comment(stampedBody(series))),
  emitToRoom: (series: string) => void io.to(room).emit("comment", comment(stampedBody(series))),
  write: (order: Order) => paced(order, async (body) => void io.emit("comment", comment(body))),
});
ready(await listen(server));
