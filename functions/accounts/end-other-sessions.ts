import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import type { Deps } from "../deps.ts";
import { type Env, errors } from "../http/api.ts";
import { apiHeaders } from "../http/json.ts";
import { endSessionsOf } from "./end-sessions.ts";

export const endOtherSessionsRoute = createRoute({
  method: "delete",
  path: "/sessions",
  summary: "End all of one's own sessions but the one that asks",
  responses: {
    204: { description: "No other session is left" },
    ...errors("unauthenticated", "origin_refused"),
  },
});

export function endOtherSessions({ database }: Deps): RouteHandler<typeof endOtherSessionsRoute, Env> {
  return async (c) => {
    await endSessionsOf(database, c.get("user")._id.toHexString(), "endedElsewhere", c.get("exchange").record?.key);
    return c.body(null, 204, apiHeaders);
  };
}
