import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { auth } from "hono/utils/basic-auth";
import { AppError } from "../../shared/errors.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "../http/api.ts";
import { requestIdOf } from "../http/errors.ts";
import { setPageHeaders } from "../pages/headers.ts";

/** Counted apart from all accounts: no username has a space. */
const account = "operator page";

/**
 * Lets in who knows the secret, by HTTP Basic: the browser asks for it and keeps it until it is closed, and there is no form
 * to protect, no cookie to steal and no session that could end with the database. What is sent is as safe as a password at
 * sign-in. Of guesses only as many may fail as there.
 */
export function requireOperator(
  { attempts, addressOf, log }: Pick<Deps, "attempts" | "addressOf" | "log">,
  secret: string,
): MiddlewareHandler<Env> {
  const expected = digest(`operator:${secret}`);
  return async function requireOperator(c, next) {
    const given = auth(c.req.raw);
    const check = async () => given && timingSafeEqual(digest(`${given.username}:${given.password}`), expected);
    // Who sent nothing is being asked, and guessed nothing.
    if (given && (await attempts.guard({ account, address: addressOf(c) }, check))) return next();
    if (given) log.warn({ requestId: requestIdOf(c) }, "somebody was refused the operator's page");
    setPageHeaders(c);
    c.header("www-authenticate", 'Basic realm="Kith operator", charset="UTF-8"');
    throw new AppError("unauthenticated", {
      message: "This page is for whoever runs Kith: sign in as operator, with the OPERATOR_SECRET.",
    });
  };
}

/** Of one length, whatever was given: only then can it be compared in constant time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
