import { z } from "zod";
import { limits } from "./limits.ts";
import { person } from "./people.ts";
import { text } from "./text.ts";

const { credential, username, name, password } = limits;

function personName(label: string) {
  return text(label, name)
    .refine((value) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(value), `${label} cannot be empty.`)
    .refine((value) => !/\p{Cc}/u.test(value), `${label} cannot hold control characters.`)
    .transform((value) => value.trim());
}

const firstName = personName("The first name");
const lastName = personName("The last name");

export const signUpBody = z.strictObject({
  username: z
    .string({ error: "The username must be text." })
    .min(username.min, `The username needs at least ${username.min} characters.`)
    .max(username.max, `The username can have at most ${username.max} characters.`)
    .regex(/^[A-Za-z0-9_.-]*$/, "The username can have the letters a to z, digits and _ . - only."),
  password: text("The password", password),
  firstName,
  lastName,
});
export type SignUp = z.infer<typeof signUpBody>;

/** What is not given stays as it is. */
export const renameBody = z
  .strictObject({ firstName: firstName.optional(), lastName: lastName.optional() })
  .refine(
    (names) => names.firstName !== undefined || names.lastName !== undefined,
    "Give a first name or a last name.",
  );
export type Rename = z.infer<typeof renameBody>;

/** Sign-in refuses only what cannot be a credential at all; whether it is one is passport's to say. */
export const signInBody = z.strictObject({
  username: text("The username", { min: 1, max: credential.username }),
  password: text("The password", { min: 1, max: credential.password }),
});
export type SignIn = z.infer<typeof signInBody>;

export const sessionTimes = z.object({
  /** When the session ends if nothing is done with it. */
  expiresAt: z.iso.datetime(),
  /** When it ends whatever is done with it. */
  endsAt: z.iso.datetime(),
});
export type SessionTimes = z.infer<typeof sessionTimes>;

export const sessionShown = sessionTimes.extend({ user: person });

/** By which a person names a session: made from the key of its record, and of no use as one. */
export const sessionId = z.string().regex(/^[\w-]{16}$/, "An id of a session is 16 letters, digits, - and _.");
export const sessionIdParam = z.object({ id: sessionId });

/** One of a person's sessions, as people know them: by where they signed in. */
export const ownSession = z.object({
  id: sessionId,
  /** When its user signed in. */
  since: z.iso.datetime(),
  /** When it was last used; uses are written once in a while. */
  lastSeen: z.iso.datetime(),
  /** When it ends if nothing is done with it. */
  expiresAt: z.iso.datetime(),
  browser: z.string(),
  platform: z.string(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type OwnSession = z.infer<typeof ownSession>;

export const ownSessions = z.object({ sessions: z.array(ownSession) });

/** What is to be the password as it is now: refused here only where it cannot be one at all. */
const presentPassword = (label: string) => text(label, { min: 1, max: password.max });

export const changePasswordBody = z.strictObject({
  current: presentPassword("The current password"),
  next: text("The new password", password),
});

export const deleteMeBody = z.strictObject({ password: presentPassword("The password") });
