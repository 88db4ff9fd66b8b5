import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { operationTimeout } from "../shared/database.ts";
import { withDeadline } from "../shared/deadline.ts";
import { AppError, toAppError } from "../shared/errors.ts";
import type { Log } from "../shared/log.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Io } from "./delivery/rooms.ts";
import type { Admission } from "./handshake.ts";
import { bodyOf } from "./health.ts";
import type { RealtimeMetrics } from "./metrics.ts";

const socketPath = "/socket.io/";

export interface Upgrades {
  /** What was said of a request, for as long as there is one. */
  admissionOf(request: IncomingMessage): Admission | undefined;
  /** Ends every connection of the server, in whatever phase it is, without a word. */
  destroyAll(): void;
}

/** Answers the server's upgrade requests: `admit` decides on each, and only what it lets in reaches socket.io. */
export function takeUpgrades(options: {
  server: Server;
  io: Io;
  /** Rejects with what the client is told. */
  admit: (request: IncomingMessage) => Promise<Admission>;
  deadlines: Pick<Deadlines, "forget">;
  metrics: Pick<RealtimeMetrics, "handshakes">;
  log: Pick<Log, "error">;
}): Upgrades {
  const { server, io, admit, deadlines, metrics, log } = options;
  const admissions = new WeakMap<IncomingMessage, Admission>();
  const open = new Set<Duplex>();
  // engine.io answers every refusal with 400: it is asked only once a handshake is admitted.
  server.removeAllListeners("upgrade");

  function refuse(socket: Duplex, thrown: unknown): void {
    const error = toAppError(thrown);
    metrics.handshakes.inc({ outcome: error.code });
    const requestId = answer(socket, error);
    if (error.status >= 500 && error.cause) log.error({ err: error.cause, requestId }, "a handshake failed");
  }

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
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
    withDeadline(admit(request), operationTimeout).then(
      (admission) => {
        const { connection } = admission;
        if (socket.destroyed) return;
        if (connection.ended) {
          refuse(socket, new AppError("unauthenticated"));
          return;
        }
        metrics.handshakes.inc({ outcome: "admitted" });
        admissions.set(request, admission);
        connection.onEnd = () => socket.destroy();
        socket.once("close", () => deadlines.forget(connection));
        io.engine.handleUpgrade(request as never, socket, head);
      },
      (thrown) => refuse(socket, thrown),
    );
  });
  return {
    admissionOf: (request) => admissions.get(request),
    destroyAll() {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
    },
  };
}

/** A real HTTP status, in the one shape of errors, on a connection that is not to be upgraded; its request id. */
function answer(socket: Duplex, error: AppError): string {
  const shown = bodyOf(error);
  const body = JSON.stringify(shown);
  const lines = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "connection: close",
    "",
    body,
  ];
  // A client that keeps its own end open must not keep ours.
  socket.end(lines.join("\r\n"), () => socket.destroy());
  return shown.requestId;
}
