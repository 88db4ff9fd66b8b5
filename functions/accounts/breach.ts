import { createHash } from "node:crypto";
import { AppError } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";

/** The range service of Have I Been Pwned: https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange */
const service = "https://api.pwnedpasswords.com/range/";
const timeout = 1_000;

/** Whether a password is known from a data breach. */
export type BreachCheck = (password: string) => Promise<boolean>;

/**
 * Asks the range service: five characters of the password's SHA-1 leave the process, and the answer is padded so that its
 * size tells nothing. A service that fails, or takes more than a second, lets the password pass and is logged.
 */
export function createBreachCheck(log: Log): BreachCheck {
  return async function isBreached(password) {
    const digest = createHash("sha1").update(password).digest("hex").toUpperCase();
    const suffix = digest.slice(5);
    try {
      const response = await fetch(service + digest.slice(0, 5), {
        headers: { "add-padding": "true" },
        signal: AbortSignal.timeout(timeout),
      });
      if (!response.ok) throw new Error(`The range service answered ${response.status}.`);
      const lines = (await response.text()).split(/\r?\n/);
      // Padding lines have a count of 0.
      return lines.some((line) => line.startsWith(`${suffix}:`) && Number(line.slice(suffix.length + 1)) > 0);
    } catch (error) {
      log.warn({ err: error }, "the breached-password service did not answer; the password was let through");
      return false;
    }
  };
}

/**
 * Lets through only passwords of which no breach is known.
 * @throws AppError `password_breached`, at the field
 */
export async function refuseBreached(isBreached: BreachCheck, password: string, field: string): Promise<void> {
  if (!(await isBreached(password))) return;
  throw new AppError("password_breached", {
    fields: { [field]: "This password is known from a data breach. Choose another one." },
  });
}
