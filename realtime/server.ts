import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { Server as SocketServer } from "socket.io";
import type { Config } from "../shared/config.ts";
import { type Database, operationTimeout } from "../shared/database.ts";
import { withDeadline } from "../shared/deadline.ts";
import { AppError, toAppError } from "../shared/errors.ts";
import type { Log } from "../shared/log.ts";
import type { UserDirectory } from "../shared/users.ts";
import { type Beat, staleAfter, startBeat } from "./changes/beat.ts";
import { type Changes, openChanges } from "./changes/stream.ts";
import { Deadlines } from "./deadlines.ts";
import { createDelivery } from "./delivery/index.ts";
import { announcedEnd } from "./delivery/outbox.ts";
import type { Io } from "./delivery/rooms.ts";
import { createGate } from "./gate.ts";
import { type Admission, admit } from "./handshake.ts";
import { answerHttp, bodyOf } from "./health.ts";
import { join, leave } from "./join.ts";
import { createRecheck } from "./recheck.ts";
import { Connections } from "./revocation.ts";
import { type Sweep, startSweep } from "./sweep.ts";

const socketPath = "/socket.io/";

/**
 * Builds the realtime node on a server that is the caller's to listen with; `start` opens the change stream. `users` is
 * the directory that createApp was given, if any.
 */
export function createRealtime(deps: {
  config: Config;
  database: Database;
  log: Log;
  server?: Server;
  users?: Pick<UserDirectory, "findById">;
  /** Milliseconds between two sweeps (15,000). */
  sweepInterval?: number | undefined;
}) {
  const { config, database, log } = deps;
  const users = {
    // Another directory may hang, and the stream must not hang with it.
    findById: (id: string) =>
      deps.users ? withDeadline(deps.users.findById(id), operationTimeout) : database.findUser(id),
  };
  const server = deps.server ?? createServer();
  server.on("request", (request, response) => answerHttp(request, response, () => ({ age: age(), isLive: isLive() })));
  const io: Io = new SocketServer({
    transports: ["websocket"],
    serveClient: false,
    connectTimeout: 5_000,
    // A client sends nothing but the protocol's own packets.
    maxHttpBufferSize: 16 * 1024,
    perMessageDeflate: false,
  });
  io.attach(server);
  // engine.io answers every refusal with 400: it is asked only once a handshake is admitted.
  server.removeAllListeners("upgrade");

  const connections = new Connections();
  const admissions = new WeakMap<IncomingMessage, Admission>();
  const recheck = createRecheck(connections, { sessions: database.sessions, users });
  const deadlines = new Deadlines(config.session, recheck);
  const gate = createGate({ recheck, deadlines, connections });
  const delivery = createDelivery({ io, database, connections, log });
  let sweep: Sweep | undefined;
  let changes: Changes | undefined;
  let beat: Beat | undefined;
  const age = () => beat?.age() ?? Number.POSITIVE_INFINITY;
  const isLive = () => age() <= staleAfter;

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    if (!request.url?.startsWith(socketPath)) {
      refuse(socket, new AppError("not_found"));
      return;
    }
    // engine.io would move the named connection to this one: out of the session that it was admitted with.
    if (new URL(request.url, "http://localhost").searchParams.has("sid")) {
      refuse(socket, new AppError("invalid_input", { message: "A connection cannot take over another one." }));
      return;
    }
    withDeadline(admit(request, { config, database, connections, isLive, users }), operationTimeout).then(
      (admission) => {
        const { connection } = admission;
        if (socket.destroyed) return;
        if (connection.ended) {
          refuse(socket, new AppError("unauthenticated"));
          return;
        }
        admissions.set(request, admission);
        connection.onEnd = () => socket.destroy();
        socket.once("close", () => deadlines.forget(connection));
        io.engine.handleUpgrade(request as never, socket, head);
      },
      (thrown) => {
        const error = toAppError(thrown);
        const requestId = refuse(socket, error);
        if (error.status >= 500 && error.cause) log.error({ err: error.cause, requestId }, "a handshake failed");
      },
    );
  });

  io.on("connection", (socket) => {
    const admission = admissions.get(socket.request);
    if (!admission) {
      leave(socket);
      return;
    }
    join(socket, admission, { config, database, connections, deadlines, changes, log }).catch((error) => {
      log.warn({ err: error }, "a socket could not be let in");
      leave(socket);
    });
  });

  return {
    io,
    server,
    connections,
    isLive,
    start(): void {
      const node = randomUUID();
      const running = startBeat({ nodes: database.models.nodes, node, log });
      beat = running;
      sweep = startSweep({ recheck, log, interval: deps.sweepInterval });
      changes = openChanges({
        mongodbUri: config.mongodbUri,
        dbName: database.connection.name,
        log,
        async onBatch(batch, time) {
          // Before anything of the batch ends a session: also the users in it do.
          for (const change of batch) {
            const end = change.kind === "outbox" ? announcedEnd(change.message) : undefined;
            if (end) connections.explain(end.key, end.reason);
          }
          await gate.pass(batch);
          await delivery.deliver(batch, time);
          gate.passed();
          for (const change of batch) {
            if (change.kind === "beat") running.seen(change.node, change.count);
            if (change.kind === "unreadable") {
              log.error({ collection: change.collection }, "a change could not be read");
              delivery.startAnew("a change could not be read");
            }
          }
        },
        async onGap(reason) {
          await recheck.all();
          delivery.startAnew(reason);
        },
      });
    },
    /** Closes all sockets, then what fed them; the database stays its owner's. */
    async close(): Promise<void> {
      sweep?.close();
      await io.close();
      await changes?.close();
      await beat?.close();
    },
  };
}

/** A real HTTP status, in the one shape of errors, on a connection that is not to be upgraded; its request id. */
function refuse(socket: Duplex, error: AppError): string {
  const shown = bodyOf(error);
  const body = JSON.stringify(shown);
  const answer = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "connection: close",
    "",
    body,
  ].join("\r\n");
  // A client that keeps its own end open must not keep ours.
  socket.end(answer, () => socket.destroy());
  return shown.requestId;
}
