import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type SignIn, signInBody } from "../../shared/contracts/accounts.ts";
import { person } from "../../shared/contracts/people.ts";
import { AppError } from "../../shared/errors.ts";
import { toPerson } from "../../shared/models/user.ts";
import type { KnownUser } from "../../shared/users.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors, jsonBodyOf } from "../http/api.ts";
import { jsonBody } from "../http/body.ts";
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
      "too_many_requests",
    ),
  },
});

export function signIn(deps: Deps): RouteHandler<typeof signInRoute, Env> {
  return async (c) => json(toPerson(await signInWith(deps, c, c.req.valid("json"))), 200);
}

/**
 * @throws AppError `bad_credentials`, the same for an unknown user and a wrong password; `account_disabled` where they are
 *   right; `too_many_requests`, before the password is looked at
 */
export async function signInWith(deps: Deps, c: Context<Env>, credentials: SignIn): Promise<KnownUser> {
  const { attempts, authenticator, log } = deps;
  const exchange = c.get("exchange");
  const attempter = { account: credentials.username, address: deps.addressOf(c) };
  const user = await attempts.guard(attempter, () => authenticator.check(exchange, credentials));
  if (!user) {
    log.info("a sign-in was refused");
    throw new AppError("bad_credentials");
  }
  await authenticator.signIn(exchange, user);
  log.info({ user: user._id.toHexString() }, "signed in");
  return user;
}
