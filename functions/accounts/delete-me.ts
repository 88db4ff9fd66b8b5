import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { deleteMeBody } from "../../shared/contracts/accounts.ts";
import type { Deps } from "../deps.ts";
import { type Env, errors, jsonBodyOf } from "../http/api.ts";
import { jsonBody } from "../http/body.ts";
import { apiHeaders } from "../http/json.ts";
import { confirmPassword } from "./confirm-password.ts";
import { deleteAccount } from "./delete-account.ts";

export const deleteMeRoute = createRoute({
  method: "delete",
  path: "/me",
  summary: "Delete one's own account, with all comments and friendships",
  middleware: [jsonBody()] as const,
  request: { body: jsonBodyOf(deleteMeBody) },
  responses: {
    204: { description: "The account is gone, and the session's cookie cleared" },
    ...errors(
      "invalid_input",
      "invalid_body",
      "unauthenticated",
      "bad_credentials",
      "origin_refused",
      "not_found",
      "body_too_large",
      "unsupported_media_type",
      "too_many_requests",
    ),
  },
});

export function deleteMe(deps: Deps): RouteHandler<typeof deleteMeRoute, Env> {
  return async (c) => {
    const user = await confirmPassword(deps, c, c.req.valid("json").password, "password");
    try {
      await deleteAccount(deps.database, user._id);
    } catch (error) {
      // Its owner cannot sign in to try again.
      deps.log.error(
        { err: error, user: user._id.toHexString() },
        "an account's deletion was interrupted: npm run operator -- delete USERNAME --yes ends it",
      );
      throw error;
    }
    deps.log.info({ user: user._id.toHexString() }, "an account was deleted");
    // Its record is gone: there is nothing to save at the end of the request.
    c.get("exchange").session = undefined;
    c.header("set-cookie", deps.clearingCookie, { append: true });
    return c.body(null, 204, apiHeaders);
  };
}
