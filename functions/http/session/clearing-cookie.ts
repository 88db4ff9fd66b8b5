import type { CookieOptions } from "express-session";
import CookieClass from "express-session/session/cookie.js";

/** A Set-Cookie value that takes the session's cookie from the browser. */
export function clearingCookie(name: string, cookie: CookieOptions): string {
  const cleared = new CookieClass({ ...cookie, maxAge: undefined, expires: new Date(0) });
  return cleared.serialize(name, "");
}
