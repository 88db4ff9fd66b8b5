import { randomBytes } from "node:crypto";
import type { CookieOptions } from "express-session";
import CookieClass from "express-session/session/cookie.js";
import SessionClass from "express-session/session/session.js";
import type { MiddlewareHandler } from "hono";
import { operationTimeout } from "../../shared/database.ts";
import { withDeadline } from "../../shared/deadline.ts";
import type { Log } from "../../shared/log.ts";
import { sessionIdReader, signedValue } from "../../shared/session/cookie.ts";
import { SessionGone, type SessionStore } from "../../shared/session/store.ts";
import type { Env } from "./api.ts";
import { Exchange, type LiveSession, settled } from "./exchange.ts";

export interface SessionOptions {
  store: SessionStore;
  /** The first signs, all verify. */
  secrets: readonly string[];
  name: string;
  cookie: CookieOptions;
  /** Milliseconds between two writes of a session that is only used. */
  touchAfter: number;
  log: Log;
}

/**
 * express-session 1.19's lifecycle over fetch, with `resave: false` and `saveUninitialized: false`, on its own Session and
 * Cookie classes. `c.get("session")` is the session. A use that is due is written after the handler (touch), and the
 * browser's cookie moves along with the record. A store that cannot be read fails the request.
 */
export function createSession(options: SessionOptions): MiddlewareHandler<Env> {
  const [signingSecret] = options.secrets as [string];
  const store = sessionStoreFor(options);
  const readSessionId = sessionIdReader(options.name, options.secrets);

  return async function session(c, next) {
    const sentId = readSessionId(c.req.header("cookie"));
    const exchange = new Exchange(store, (current) => c.set("session", current));
    c.set("exchange", exchange);
    if (sentId) {
      exchange.record = await store.read(sentId);
      if (exchange.record) exchange.sessionID = sentId;
    }
    if (exchange.record) store.createSession(exchange, exchange.record.data);
    else store.generate(exchange);
    const before = snapshot(exchange.session as LiveSession);
    const originalId = exchange.sessionID;
    exchange.isTouchDue = isTouchDue(exchange, options.touchAfter);

    await next();

    const current = exchange.session;
    if (!current) return;
    const isModified = current.id !== originalId || snapshot(current) !== before;
    try {
      if (isModified) {
        current.touch();
        await settled((done) => current.save(done));
      } else if (sentId === current.id && exchange.isTouchDue) {
        current.touch();
        await withDeadline(
          settled((done) => store.touch(current.id, current as never, done)),
          operationTimeout,
        );
      } else {
        return;
      }
    } catch (error) {
      if (error instanceof SessionGone) return;
      if (isModified) throw error;
      // The answer stands: the session was read, and its next use writes what this one could not.
      options.log.warn({ err: error }, "a session could not be touched");
      return;
    }
    const cookie = current.cookie as unknown as InstanceType<typeof CookieClass>;
    c.header("set-cookie", cookie.serialize(options.name, signedValue(current.id, signingSecret)), { append: true });
  };
}

/** A Set-Cookie value that takes the session's cookie from the browser. */
export function clearingCookie(name: string, cookie: CookieOptions): string {
  const cleared = new CookieClass({ ...cookie, maxAge: undefined, expires: new Date(0) });
  return cleared.serialize(name, "");
}

/** `generate` belongs to a middleware, not to the store: two middlewares on one store keep their own options. */
function sessionStoreFor(options: SessionOptions): SessionStore & { generate(exchange: Exchange): void } {
  const generate = (exchange: Exchange) => {
    exchange.sessionID = randomBytes(24).toString("base64url");
    const session = new SessionClass(exchange) as LiveSession;
    (session as { cookie: unknown }).cookie = new CookieClass(options.cookie);
    exchange.session = session;
    exchange.onSession(session);
  };
  const createSession = (exchange: Exchange, data: object) => {
    const session = options.store.createSession(exchange, data as never) as LiveSession;
    exchange.onSession(session);
    return session;
  };
  return Object.create(options.store, { generate: { value: generate }, createSession: { value: createSession } });
}

/** The session as JSON without its cookie: two of them differ where express-session's hashes would. */
function snapshot(session: LiveSession): string {
  const { cookie, ...rest } = session;
  return JSON.stringify(rest);
}

/** A neighbour's record may not say when it was last written; its end and its length then do. */
function isTouchDue({ record, session }: Exchange, touchAfter: number): boolean {
  if (!record || !session) return false;
  const length = session.cookie.originalMaxAge;
  const lastWrite =
    session.lastModified?.getTime() ?? (record.expires && length ? record.expires.getTime() - length : 0);
  return Date.now() - lastWrite >= touchAfter;
}
