import { signedValue } from "../../../shared/session/cookie.ts";

export const secret = "a-secret-that-only-the-bench-knows-0123456789";

/** The Cookie header of a signed session id. */
export const cookieHeader = `connect.sid=${encodeURIComponent(signedValue("bench-session-000000000000000000", secret))}`;

/** What a store holds of somebody who is signed in. */
export function storedSession() {
  return {
    cookie: { originalMaxAge: 600_000, expires: new Date(Date.now() + 3_600_000), httpOnly: true, path: "/" },
    passport: { user: "0123456789abcdef01234567" },
  };
}
