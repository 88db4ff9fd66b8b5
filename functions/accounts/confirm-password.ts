import type { Context } from "hono";
import { AppError } from "../../shared/errors.ts";
import type { KnownUser } from "../../shared/users.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "../http/api.ts";
import { verifyPassword } from "./passwords.ts";

/**
 * Lets whoever is signed in go on with what needs the password once more. Of guesses only as many may fail as at a
 * sign-in: a session that was left open is no way around that. Gives back the user, whose hash is Kith's own.
 * @throws AppError `bad_credentials`, at the field; `too_many_requests`; `not_found` where accounts are kept elsewhere
 */
export async function confirmPassword(
  deps: Pick<Deps, "attempts" | "addressOf" | "ownsAccounts">,
  c: Context<Env>,
  password: string,
  field: string,
): Promise<KnownUser & { password: string }> {
  const user = c.get("user");
  const { password: stored } = user;
  if (!deps.ownsAccounts || stored === undefined) {
    throw new AppError("not_found", { message: "Accounts are not kept here." });
  }
  const attempter = { account: user.username, address: deps.addressOf(c) };
  // Not by the directory, which may put a better hash in the place of the one that is about to be changed.
  if (!(await deps.attempts.guard(attempter, () => verifyPassword(password, stored)))) throw wrongPassword(field);
  return { ...user, password: stored };
}

export function wrongPassword(field: string): AppError {
  const message = "This is not your password.";
  return new AppError("bad_credentials", { message, fields: { [field]: message } });
}
