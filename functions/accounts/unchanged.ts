import { AppError } from "../../shared/errors.ts";
import type { UserModel, UserRecord } from "../../shared/models/user.ts";

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
export async function requireUnchanged(users: UserModel, verified: UserRecord): Promise<void> {
  const user = await users.collection.findOne(
    { _id: verified._id },
    // A member that is behind would answer from before the change.
    { projection: { passwordChanges: 1, disabledAt: 1 }, readPreference: "primary" },
  );
  if (user?.disabledAt) throw accountDisabled();
  if (!user || (user.passwordChanges ?? 0) !== (verified.passwordChanges ?? 0)) throw new AppError("bad_credentials");
}
