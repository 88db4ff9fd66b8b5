import { AppError } from "../../shared/errors.ts";
import type { UserRecord } from "../../shared/models/user.ts";
import { verifyPassword } from "./passwords.ts";

/**
 * Lets whoever is signed in go on with what needs the password once more.
 * @throws AppError `bad_credentials`, at the field
 */
export async function confirmPassword(user: UserRecord, password: string, field: string): Promise<void> {
  if (!(await verifyPassword(password, user.password))) throw wrongPassword(field);
}

export function wrongPassword(field: string): AppError {
  const message = "This is not your password.";
  return new AppError("bad_credentials", { message, fields: { [field]: message } });
}
