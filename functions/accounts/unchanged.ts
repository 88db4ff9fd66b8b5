import { AppError } from "../../shared/errors.ts";
import type { KnownUser, UserDirectory } from "../../shared/users.ts";

/** Shown at the username, as a form has no other place for it. */
export function accountDisabled(): AppError {
  const refused = new AppError("account_disabled");
  return new AppError("account_disabled", { fields: { username: refused.message } });
}

/**
 * Lets a sign-in stand whose user is still as it was verified. Asked once its session is saved: a change of the password
 * either comes before this read, or finds that session and ends it. A mere upgrade of the hash is no change.
 * @throws AppError `bad_credentials`, `account_disabled`
 */
export async function requireUnchanged(users: Pick<UserDirectory, "findById">, verified: KnownUser): Promise<void> {
  const user = await users.findById(verified._id.toHexString());
  if (user?.disabledAt) throw accountDisabled();
  if (!user || (user.passwordChanges ?? 0) !== (verified.passwordChanges ?? 0)) throw new AppError("bad_credentials");
}
