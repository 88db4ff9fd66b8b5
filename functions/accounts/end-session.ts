import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { sessionIdParam } from "../../shared/contracts/accounts.ts";
import { AppError } from "../../shared/errors.ts";
import type { Deps } from "../deps.ts";
import { type Env, errors } from "../http/api.ts";
import { apiHeaders } from "../http/json.ts";
import { endSessions } from "./end-sessions.ts";
import { sessionIdFor } from "./session-id.ts";
import { endSession as signOut } from "./sign-out.ts";

export const endOwnSessionRoute = createRoute({
  method: "delete",
  path: "/sessions/{id}",
  summary: "End one of one's own sessions; the one that asks is signed out",
  request: { params: sessionIdParam },
  responses: {
    204: { description: "The session has ended" },
    ...errors("invalid_input", "unauthenticated", "origin_refused", "not_found"),
  },
});

export function endOwnSession(deps: Deps): RouteHandler<typeof endOwnSessionRoute, Env> {
  const { database } = deps;
  return async (c) => {
    const { id } = c.req.valid("param");
    const own = await database.sessions.sessionsOf(c.get("user")._id.toHexString());
    const key = own.map((record) => record.key).find((each) => sessionIdFor(each) === id);
    if (key === undefined) throw new AppError("not_found", { message: "There is no such session of yours." });
    if (key === c.get("exchange").record?.key) await signOut(deps, c);
    else await endSessions(database, [key], "endedElsewhere");
    return c.body(null, 204, apiHeaders);
  };
}
