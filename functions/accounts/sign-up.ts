import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ObjectId } from "mongodb";
import { type SignUp, signUpBody } from "../../shared/contracts/accounts.ts";
import { person } from "../../shared/contracts/people.ts";
import { AppError, isDuplicateKey } from "../../shared/errors.ts";
import { nameFields, normalUsername, toPerson, type UserModel, type UserRecord } from "../../shared/models/user.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors, jsonBodyOf } from "../http/api.ts";
import { jsonBody } from "../http/body.ts";
import { json } from "../http/json.ts";
import { type BreachCheck, refuseBreached } from "./breach.ts";
import { hashPassword } from "./passwords.ts";

export const signUpRoute = createRoute({
  method: "post",
  path: "/users",
  summary: "Sign up; the session is then the new user's",
  middleware: [jsonBody()] as const,
  request: { body: jsonBodyOf(signUpBody) },
  responses: {
    201: answer(person, "The new user, signed in"),
    ...errors(
      "invalid_input",
      "invalid_body",
      "password_breached",
      "origin_refused",
      "not_found",
      "username_taken",
      "body_too_large",
      "unsupported_media_type",
      "too_many_requests",
    ),
  },
});

export function signUp(deps: Deps): RouteHandler<typeof signUpRoute, Env> {
  return async (c) => json(toPerson(await signUpWith(deps, c, c.req.valid("json"))), 201);
}

/**
 * Creates a user and signs in.
 * @throws AppError `not_found` where people sign up elsewhere, `too_many_requests`, and as createUser
 */
export async function signUpWith(deps: Deps, c: Context<Env>, values: SignUp): Promise<UserRecord> {
  if (!deps.ownsAccounts) throw new AppError("not_found", { message: "People do not sign up here." });
  await deps.attempts.countSignUp(deps.addressOf(c));
  const user = await createUser(deps, values);
  await deps.authenticator.signIn(c.get("exchange"), user);
  deps.log.info({ user: user._id.toHexString() }, "signed up");
  return user;
}

/**
 * Creates a user.
 * @throws AppError `password_breached`, `username_taken`
 */
export async function createUser(
  deps: { database: { models: { users: UserModel } }; isBreached: BreachCheck },
  { username, password, firstName, lastName }: SignUp,
): Promise<UserRecord> {
  await refuseBreached(deps.isBreached, password, "password");
  const user: UserRecord = {
    _id: new ObjectId(),
    username: normalUsername(username),
    displayName: username,
    firstName,
    lastName,
    ...nameFields({ username, firstName, lastName }),
    password: await hashPassword(password),
    createdAt: new Date(),
  };
  try {
    await deps.database.models.users.create(user);
  } catch (cause) {
    if (!isDuplicateKey(cause)) throw cause;
    throw new AppError("username_taken", { fields: { username: "This username is taken." }, cause });
  }
  return user;
}
