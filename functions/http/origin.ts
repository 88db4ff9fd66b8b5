import type { MiddlewareHandler } from "hono";
import { AppError } from "../../shared/errors.ts";

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what another site may have sent with the person's cookie, whatever its content type: an unsafe request needs an
 * allowed Origin, or the browser's word (Sec-Fetch-Site) that it comes from the same origin. Without either it is refused,
 * as an attacker may suppress both.
 */
export function requireOrigin(allowed: readonly string[]): MiddlewareHandler {
  const origins = new Set(allowed);
  return async function requireOrigin(c, next) {
    if (!safeMethods.has(c.req.method)) {
      const origin = c.req.header("origin");
      const isAllowed = origin !== undefined && origins.has(origin);
      if (!isAllowed && c.req.header("sec-fetch-site") !== "same-origin") throw new AppError("origin_refused");
    }
    await next();
  };
}
