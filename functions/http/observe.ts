import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { Env } from "./api.ts";

/** An answer as it left the app. */
export interface Answered {
  c: Context<Env>;
  /** The pattern that the path matched, such as `/api/comments/:id`; "none" where no route did. */
  route: string;
  seconds: number;
}

/** Tells of each answer, errors too. */
export function observe(tell: (answered: Answered) => void): MiddlewareHandler<Env> {
  return async function observe(c, next) {
    const start = performance.now();
    await next();
    const path = routePath(c, -1);
    // Only middlewares match a path that no route has, and its own words would be labels without end.
    const route = path === "" || path.endsWith("*") ? "none" : path;
    tell({ c, route, seconds: (performance.now() - start) / 1_000 });
  };
}
