import type { MiddlewareHandler } from "hono";
import { AppError } from "../../shared/errors.ts";
import type { Authenticator } from "../accounts/passport.ts";
import type { Env } from "./api.ts";

/**
 * Lets through only requests of a session whose user still exists; `c.get("user")` is that user. A request can name whose
 * it is meant to be in `Kith-User`: a page may still show somebody when its browser holds another one's cookie already.
 */
export function requireUser(authenticator: Authenticator): MiddlewareHandler<Env> {
  return async function requireUser(c, next) {
    const user = await authenticator.userOf(c.get("session"));
    const meant = c.req.header("kith-user");
    if (!user || (meant !== undefined && meant !== user._id.toHexString())) throw new AppError("unauthenticated");
    c.set("user", user);
    await next();
  };
}
