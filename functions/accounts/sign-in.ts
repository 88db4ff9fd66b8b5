import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { type SignIn, signInBody } from "../../shared/contracts/accounts.ts";
import { person } from "../../shared/contracts/people.ts";
import { AppError } from "../../shared/errors.ts";
import { toPerson, type UserRecord } from "../../shared/models/user.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors, jsonBodyOf } from "../http/api.ts";
import { jsonBody } from "../http/body.ts";
import type { Exchange } from "../http/exchange.ts";
import { json } from "../http/json.ts";

export const signInRoute = createRoute({
  method: "post",
  path: "/session",
  summary: "Sign in; the session gets a new id",
  middleware: [jsonBody()] as const,
  request: { body: jsonBodyOf(signInBody) },
  responses: {
    200: answer(person, "Who is signed in now"),
    ...errors(
      "invalid_input",
      "invalid_body",
      "bad_credentials",
      "account_disabled",
      "origin_refused",
      "body_too_large",
      "unsupported_media_type",
    ),
  },
});

export function signIn(deps: Deps): RouteHandler<typeof signInRoute, Env> {
  return async (c) => json(toPerson(await signInWith(deps, c.get("exchange"), c.req.valid("json"))), 200);
}

/**
 * @throws AppError `bad_credentials`, the same for an unknown user and a wrong password; `account_disabled` where they are
 * right
 */
export async function signInWith(deps: Deps, exchange: Exchange, credentials: SignIn): Promise<UserRecord> {
  const user = await deps.authenticator.check(exchange, credentials);
  if (!user) {
    deps.log.info("a sign-in was refused");
    throw new AppError("bad_credentials");
  }
  await deps.authenticator.signIn(exchange, user);
  deps.log.info({ user: user._id.toHexString() }, "signed in");
  return user;
}
