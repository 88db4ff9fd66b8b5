import { randomUUID } from "node:crypto";
import type { Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ErrorBody } from "../../shared/contracts/errors.ts";
import { AppError, toAppError } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import type { Env } from "./api.ts";
import { apiHeaders } from "./json.ts";

/** The error as it may leave the process, in the one shape. */
export function errorResponse(c: Context<Env>, error: AppError): Response {
  const body: ErrorBody = {
    code: error.code,
    message: error.message,
    requestId: requestIdOf(c),
    ...(error.fields ? { fields: error.fields } : {}),
  };
  setRetryAfter(c, error);
  return c.json(body, error.status, apiHeaders);
}

export function setRetryAfter(c: Context, { retryAfter }: AppError): void {
  if (retryAfter !== undefined) c.header("retry-after", String(retryAfter));
}

/** Made when it is first asked for: only errors and their log lines need one. */
export function requestIdOf(c: Context<Env>): string {
  const known = c.get("requestId");
  if (known) return known;
  const made = randomUUID();
  c.set("requestId", made);
  return made;
}

/** Logs what is our fault, with its cause, and gives back what the outside may know. */
export function reportError(c: Context<Env>, thrown: unknown, log: Pick<Log, "error">): AppError {
  const error = thrown instanceof HTTPException ? fromHono(thrown) : toAppError(thrown);
  if (error.status >= 500) {
    log.error(
      {
        err: error.cause ?? error,
        code: error.code,
        requestId: requestIdOf(c),
        method: c.req.method,
        path: c.req.path,
      },
      "a request failed",
    );
  }
  return error;
}

function fromHono(thrown: HTTPException): AppError {
  return thrown.status === 413 ? new AppError("body_too_large") : new AppError("invalid_body", { cause: thrown });
}

/** For a path that no route of the request's method has: 405 with Allow where another method has it, else 404. */
export function missingRoute(app: Hono<Env>): (c: Context<Env>) => AppError {
  const routes = app.routes
    .filter((route) => route.method !== "ALL")
    .map((route) => ({ method: route.method, pattern: pathPattern(route.path) }));
  return (c) => {
    const methods = new Set(routes.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method));
    if (methods.size === 0) return new AppError("not_found");
    if (methods.has("GET")) methods.add("HEAD");
    c.header("allow", [...methods].join(", "));
    return new AppError("method_not_allowed");
  };
}

function pathPattern(path: string): RegExp {
  const source = path
    .split("/")
    .map((part) => (part.startsWith(":") ? "[^/]+" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("/");
  return new RegExp(`^${source}$`);
}
