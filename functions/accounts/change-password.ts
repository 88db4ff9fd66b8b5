import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { changePasswordBody } from "../../shared/contracts/accounts.ts";
import type { UserRecord } from "../../shared/models/user.ts";
import { explainEnd } from "../../shared/session/ending.ts";
import type { Deps } from "../deps.ts";
import { type Env, errors, jsonBodyOf } from "../http/api.ts";
import { jsonBody } from "../http/body.ts";
import { apiHeaders } from "../http/json.ts";
import { refuseBreached } from "./breach.ts";
import { confirmPassword, wrongPassword } from "./confirm-password.ts";
import { endSessionsOf } from "./end-sessions.ts";
import { hashPassword } from "./passwords.ts";

export const changePasswordRoute = createRoute({
  method: "put",
  path: "/password",
  summary: "Change the password; every other session ends, and this one gets a new id",
  middleware: [jsonBody()] as const,
  request: { body: jsonBodyOf(changePasswordBody) },
  responses: {
    204: { description: "The password is changed" },
    ...errors(
      "invalid_input",
      "invalid_body",
      "password_breached",
      "unauthenticated",
      "bad_credentials",
      "account_disabled",
      "origin_refused",
      "not_found",
      "body_too_large",
      "unsupported_media_type",
      "too_many_requests",
    ),
  },
});

export function changePassword(deps: Deps): RouteHandler<typeof changePasswordRoute, Env> {
  const { database, log } = deps;
  return async (c) => {
    const { current, next } = c.req.valid("json");
    const before = await confirmPassword(deps, c, current, "current");
    const id = before._id.toHexString();
    await refuseBreached(deps.isBreached, next, "next");
    const exchange = c.get("exchange");
    // The password's change alone closes sockets of sessions that were made before it: those of this one come back.
    if (exchange.record) await explainEnd(database.models.outbox, [exchange.record.key], "replaced");
    const user = await database.models.users
      .findOneAndUpdate(
        // Somebody who changed it meanwhile has made `current` wrong; a mere upgrade of its hash has not.
        { _id: before._id, passwordChanges: before.passwordChanges ?? null },
        { $set: { password: await hashPassword(next) }, $inc: { passwordChanges: 1 } },
        { returnDocument: "after" },
      )
      .lean<UserRecord>();
    if (!user) throw wrongPassword("current");
    await deps.authenticator.signIn(exchange, user, { isRotation: true });
    await endSessionsOf(database, id, "passwordChanged", database.sessions.keyOf(exchange.sessionID)).catch((error) => {
      // They say that they were made before the change, so they have ended all the same.
      log.error({ err: error, user: id }, "sessions that a changed password ended could not be deleted");
    });
    log.info({ user: id }, "a password was changed");
    return c.body(null, 204, apiHeaders);
  };
}
