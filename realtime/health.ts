import type { IncomingMessage, ServerResponse } from "node:http";
import type { ErrorBody } from "../shared/contracts/errors.ts";
import { AppError } from "../shared/errors.ts";
import type { NodeStatus } from "../shared/models/node.ts";

export interface Health {
  /** Milliseconds since a change was last seen end to end; Infinity before the first. */
  age: number;
  isLive: boolean;
  /** Told to stop: nobody is to send anybody here. */
  isDraining: boolean;
}

export function statusOf({ isLive, isDraining }: Health): NodeStatus {
  return isDraining ? "draining" : isLive ? "ready" : "not ready";
}

/**
 * GET /health says that the process is alive, whatever the database does. GET /ready says whether changes flow: by the age
 * of a change that this node wrote and saw come back, never by an open cursor; and no more once the node is to stop.
 */
export function answerHttp(request: IncomingMessage, response: ServerResponse, health: () => Health): void {
  const path = (request.url ?? "/").split("?")[0];
  if (path?.startsWith("/socket.io/")) {
    // Sockets are not for this function; whoever answers them is not there yet.
    send(response, 503, bodyOf(new AppError("unavailable")));
  } else if (path !== "/health" && path !== "/ready") {
    send(response, 404, bodyOf(new AppError("not_found")));
  } else if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    send(response, 405, bodyOf(new AppError("method_not_allowed")));
  } else if (path === "/health") {
    send(response, 200, { status: "alive" });
  } else {
    const found = health();
    const status = statusOf(found);
    send(response, status === "ready" ? 200 : 503, { status, lastChangeAge: finite(found.age) });
  }
}

/** In whole milliseconds, null for what never was. */
export function finite(age: number): number | null {
  return Number.isFinite(age) ? Math.round(age) : null;
}

/** The one shape of an error, for an answer that is written by hand. */
export function bodyOf(error: AppError): ErrorBody {
  return { code: error.code, message: error.message, requestId: crypto.randomUUID() };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
