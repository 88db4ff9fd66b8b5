import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { type Env, errors } from "../http/api.ts";
import { apiHeaders } from "../http/json.ts";

export const signOutRoute = createRoute({
  method: "delete",
  path: "/session",
  summary: "Sign out; done too when the session is gone already",
  responses: {
    204: { description: "The session has ended and its cookie is cleared" },
    ...errors("origin_refused"),
  },
});

export function signOut(deps: Deps): RouteHandler<typeof signOutRoute, Env> {
  return async (c) => {
    await endSession(deps, c);
    return c.body(null, 204, apiHeaders);
  };
}

/** Ends the session of the request, then clears its cookie: a store that fails leaves both as they were. */
export async function endSession(deps: Deps, c: Context<Env>): Promise<void> {
  await deps.authenticator.signOut(c.get("exchange"));
  c.header("set-cookie", deps.clearingCookie, { append: true });
}
