import type { MiddlewareHandler } from "hono";
import { withDeadline } from "../../shared/deadline.ts";

/** Answers 503 in time when what a request waits for does not; what is `exempt`, by method and path, sees to it itself. */
export function deadline(milliseconds: number, exempt: ReadonlySet<string>): MiddlewareHandler {
  return function deadline(c, next) {
    return exempt.has(`${c.req.method} ${c.req.path}`) ? next() : withDeadline(next(), milliseconds);
  };
}
