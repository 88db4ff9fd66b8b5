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
import type { Connection } from "./revocation.ts";

const socketPath = "/socket.io/";

/** What socket.io reads of a request. */
type KeptRequest = Pick<IncomingMessage, "method" | "url" | "headers" | "socket" | "connection">;
const keptHeaders = ["origin", "upgrade", "sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol"];

export interface Upgrades {
  /** What was said of a request that was let in, once. */
  takeAdmission(request: KeptRequest): Admission | undefined;
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
  const admissions = new WeakMap<KeptRequest, Admission>();
  /** Raw sockets in any phase, and the connections of those that were admitted. */
  const open = new Map<Duplex, Connection | undefined>();
  // engine.io answers every refusal with 400: it is asked only once a handshake is admitted.
  server.removeAllListeners("upgrade");

  function refuse(socket: Duplex, thrown: unknown): void {
    const error = toAppError(thrown);
    metrics.handshakes.inc({ outcome: error.code });
    const requestId = answer(socket, error);
    if (error.status >= 500 && error.cause) log.error({ err: error.cause, requestId }, "a handshake failed");
  }

  /** A function of its own: what it makes lives as long as the socket, and must not keep the request's bytes. */
  function hold(socket: Duplex): void {
    open.set(socket, undefined);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      const connection = open.get(socket);
      if (connection) deadlines.forget(connection);
      open.delete(socket);
    });
  }

  function letIn(request: KeptRequest, socket: Duplex, admission: Admission): void {
    const { connection } = admission;
    metrics.handshakes.inc({ outcome: "admitted" });
    admissions.set(request, admission);
    connection.onEnd = () => socket.destroy();
    open.set(socket, connection);
  }

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    hold(socket);
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
        if (socket.destroyed) return;
        if (admission.connection.ended) {
          refuse(socket, new AppError("unauthenticated"));
          return;
        }
        const kept = keptOf(request);
        letIn(kept, socket, admission);
        io.engine.handleUpgrade(kept as never, socket, head);
      },
      (thrown) => refuse(socket, thrown),
    );
  });
  return {
    takeAdmission(request) {
      const admission = admissions.get(request);
      admissions.delete(request);
      return admission;
    },
    destroyAll() {
      for (const socket of open.keys()) socket.destroy();
      server.closeAllConnections();
    },
  };
}

/**
 * The engine keeps a request as long as its socket, and a whole one would be a tenth of what a socket takes. Its cookie is
 * left behind with the rest: nobody can log it.
 */
function keptOf({ method, url, headers, socket }: IncomingMessage): KeptRequest {
  const kept = Object.fromEntries(keptHeaders.map((name) => [name, headers[name]]));
  return { method, url, headers: kept, socket, connection: socket };
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
