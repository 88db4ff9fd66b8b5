import { z } from "zod";
import { limits } from "./limits.ts";
import { person } from "./people.ts";
import { text } from "./text.ts";

const { username, name, password } = limits;

function personName(label: string) {
  return text(label, name)
    .refine((value) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(value), `${label} cannot be empty.`)
    .refine((value) => !/\p{Cc}/u.test(value), `${label} cannot hold control characters.`)
    .transform((value) => value.trim());
}

export const signUpBody = z.strictObject({
  username: z
    .string({ error: "The username must be text." })
    .min(username.min, `The username needs at least ${username.min} characters.`)
    .max(username.max, `The username can have at most ${username.max} characters.`)
    .regex(/^[A-Za-z0-9_.-]*$/, "The username can have the letters a to z, digits and _ . - only."),
  password: text("The password", password),
  firstName: personName("The first name"),
  lastName: personName("The last name"),
});
export type SignUp = z.infer<typeof signUpBody>;

/** Sign-in refuses only what cannot be a credential at all; whether it is one is passport's to say. */
export const signInBody = z.strictObject({
  username: text("The username", { min: 1, max: username.max }),
  password: text("The password", { min: 1, max: password.max }),
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
