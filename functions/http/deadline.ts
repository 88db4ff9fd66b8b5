import type { MiddlewareHandler } from "hono";
import { withDeadline } from "../../shared/deadline.ts";

/** Answers 503 in time when what a request waits for does not. */
export function deadline(milliseconds: number): MiddlewareHandler {
  return async function deadline(_, next) {
    await withDeadline(next(), milliseconds);
  };
}
