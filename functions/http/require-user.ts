import type { MiddlewareHandler } from "hono";
import { AppError } from "../../shared/errors.ts";
import type { Authenticator } from "../accounts/passport.ts";
import type { Env } from "./api.ts";

/** Lets through only requests of a session whose user still exists; `c.get("user")` is that user. */
export function requireUser(authenticator: Authenticator): MiddlewareHandler<Env> {
  return async function requireUser(c, next) {
    const user = await authenticator.userOf(c.get("session"));
    if (!user) throw new AppError("unauthenticated");
    c.set("user", user);
    await next();
  };
}
