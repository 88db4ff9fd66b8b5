import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { sessionShown } from "../../shared/contracts/accounts.ts";
import { toPerson } from "../../shared/models/user.ts";
import { endsOf } from "../../shared/session/record.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";

export const showSessionRoute = createRoute({
  method: "get",
  path: "/session",
  summary: "Who is signed in, and until when",
  responses: { 200: answer(sessionShown, "The session"), ...errors("unauthenticated") },
});

export function showSession(deps: Deps): RouteHandler<typeof showSessionRoute, Env> {
  return (c) => {
    const { record, isTouchDue } = c.get("exchange");
    // Without `expires`, as from now: where this request is a use that is written.
    const expires = isTouchDue ? undefined : record?.expires;
    const ends = endsOf({ expires, since: record?.since }, deps.config.session, new Date());
    return json(
      { user: toPerson(c.get("user")), expiresAt: ends.expiresAt.toISOString(), endsAt: ends.endsAt.toISOString() },
      200,
    );
  };
}
