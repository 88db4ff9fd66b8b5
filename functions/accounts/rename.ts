import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { type Rename, renameBody } from "../../shared/contracts/accounts.ts";
import { person } from "../../shared/contracts/people.ts";
import { operationTimeout } from "../../shared/database.ts";
import { AppError } from "../../shared/errors.ts";
import { nameFields, toPerson, type UserRecord } from "../../shared/models/user.ts";
import type { KnownUser } from "../../shared/users.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors, jsonBodyOf } from "../http/api.ts";
import { jsonBody } from "../http/body.ts";
import { json } from "../http/json.ts";

export const renameRoute = createRoute({
  method: "patch",
  path: "/me",
  summary: "Change one's first name, last name or both; friends' screens show it at once",
  middleware: [jsonBody()] as const,
  request: { body: jsonBodyOf(renameBody) },
  responses: {
    200: answer(person, "The user with the name as it is now"),
    ...errors(
      "invalid_input",
      "invalid_body",
      "unauthenticated",
      "origin_refused",
      "not_found",
      "body_too_large",
      "unsupported_media_type",
      "too_many_requests",
    ),
  },
});

export function rename(deps: Deps): RouteHandler<typeof renameRoute, Env> {
  const { attempts, ownsAccounts, log } = deps;
  return async (c) => {
    if (!ownsAccounts) throw new AppError("not_found", { message: "Accounts are not kept here." });
    const user = c.get("user");
    const names = c.req.valid("json");
    if (!changes(user, names)) return json(toPerson(user), 200);
    await attempts.countRename(user._id.toHexString());
    const renamed = await renameUser(deps, user, names);
    log.info({ user: user._id.toHexString() }, "a name was changed");
    return json(toPerson(renamed), 200);
  };
}

function changes({ firstName, lastName }: Rename & Partial<KnownUser>, names: Rename): boolean {
  return (names.firstName ?? firstName) !== firstName || (names.lastName ?? lastName) !== lastName;
}

/**
 * Writes a name, acknowledged by a majority. What follows from both names is made of those that the database has: where
 * another request changed one of them meanwhile, it is read anew.
 * @throws AppError `unauthenticated` where the user is gone by then
 */
async function renameUser({ database, users }: Deps, known: KnownUser, names: Rename): Promise<KnownUser> {
  let before: KnownUser | undefined = known;
  while (before) {
    const { _id, displayName, firstName, lastName }: KnownUser = before;
    const next = { firstName, lastName, ...names };
    const renamed: UserRecord | null = await database.models.users
      .findOneAndUpdate(
        { _id, firstName, lastName },
        { $set: { ...next, ...nameFields({ username: displayName, ...next }) } },
        { returnDocument: "after", maxTimeMS: operationTimeout },
      )
      .lean<UserRecord>();
    if (renamed) return renamed;
    before = await users.findById(_id.toHexString());
  }
  throw new AppError("unauthenticated");
}
