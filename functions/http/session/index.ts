import type { SessionData } from "express-session";
import type CookieClass from "express-session/session/cookie.js";
import type { Context, MiddlewareHandler } from "hono";
import { sessionIdReader, signedValue } from "../../../shared/session/cookie.ts";
import type { Env } from "../api.ts";
import { Exchange, type LiveSession, settled } from "../exchange.ts";
import { contentOf, type Facts, hasEnd, shouldDestroy, shouldSave, shouldSetCookie, shouldTouch } from "./decisions.ts";
import { type AnyStore, type LateAction, type SessionOptions, type Settings, settingsOf } from "./options.ts";
import { RequestStore } from "./request-store.ts";

export type { LateAction, SessionOptions } from "./options.ts";

/** What of the facts is known before the handler. */
type Found = Pick<Facts, "sentId" | "originalId" | "originalContent">;

/**
 * express-session 1.19 over fetch: the same decisions, the same Set-Cookie, the same stored record, for any Hono app and
 * any express-session store. `c.get("session")` is the session, `c.set("session", null)` unsets it, `c.get("exchange")`
 * is what passport takes for a request. A store that cannot be read fails the request before its handler.
 *
 * Where it differs: `auto` in the result of a cookie function works; a record that is found to be gone when it is
 * written (a store's ENOENT) stays gone, without a cookie and without an error; and what changes in a session after the
 * handler returned, as while a body is streamed, is not saved.
 */
export function createSession(options: SessionOptions): MiddlewareHandler<Env> {
  const settings = settingsOf(options);
  const { store, secrets, name } = settings;
  const readSessionId = sessionIdReader(name, secrets);
  let isStoreReady = true;
  store.on?.("disconnect", () => {
    isStoreReady = false;
  });
  store.on?.("connect", () => {
    isStoreReady = true;
  });

  return async function session(c, next) {
    if (c.get("session") || !isStoreReady || !isOnPath(settings, c)) return next();

    const sentId = readSessionId(c.req.header("cookie"));
    const exchange = new Exchange(c);
    const sessions = new RequestStore(exchange, settings);
    exchange.sessionStore = sessions;
    c.set("exchange", exchange);
    const data = sentId === undefined ? undefined : await read(store, sentId);
    // The record's own content: what a session does not take over from it counts as a change.
    const originalContent = data ? contentOf(data) : undefined;
    if (data) {
      exchange.sessionID = sentId as string;
      const made = sessions.createSession(exchange, data);
      if (!settings.resave) exchange.savedContent = originalContent;
      exchange.record = store.recordOf?.(made);
      exchange.isTouchDue = store.isTouchDue?.(made) ?? true;
    } else {
      sessions.generate();
    }
    const found = {
      sentId,
      originalId: exchange.sessionID,
      originalContent: originalContent ?? contentOf(exchange.session as LiveSession),
    };

    await next();
    await commit(c, exchange, sessions, found);
  };

  async function commit(c: Context<Env>, exchange: Exchange, sessions: RequestStore, found: Found): Promise<void> {
    // What a handler put in the session's place counts, and so does what passport left on the exchange.
    const shown = c.get("session");
    const current = shown === exchange.shown ? exchange.session : shown;
    const late = (action: LateAction) => (error: unknown) => settings.onError(error, c, action);
    const { sessionID, savedContent } = exchange;
    const facts: Facts = { ...found, sessionID, savedContent, content: current ? contentOf(current) : "" };

    if (shouldDestroy(facts, current, settings)) {
      await settled((done) => sessions.destroy(sessionID, done)).catch(late("destroy"));
      return;
    }
    if (!current) return;
    const isSave = shouldSave(facts, current, settings);
    const isTouch =
      !isSave && exchange.isTouchDue && store.touch !== undefined && shouldTouch(facts, current, settings);
    const movesEnd = settings.rolling === "touch" && isTouch && hasEnd(current);
    const isCookieDue =
      (movesEnd || shouldSetCookie(facts, current, settings)) && (!current.cookie.secure || settings.isSecure(c));
    if (!isSave && !isTouch && !isCookieDue) return;

    // Once, before both the cookie and the write: their ends have to be the same.
    current.touch();
    const line = isCookieDue ? serialize(current, sessionID, late("cookie")) : undefined;
    try {
      if (isSave) await settled((done) => current.save(done));
      else if (isTouch) await settled((done) => sessions.touch(sessionID, current as never, done));
    } catch (error) {
      if (isGone(error)) return;
      late(isSave ? "save" : "touch")(error);
    }
    if (line !== undefined) c.header("set-cookie", line, { append: true });
  }

  function serialize(current: LiveSession, id: string, failed: (error: unknown) => void): string | undefined {
    try {
      const cookie = current.cookie as unknown as InstanceType<typeof CookieClass>;
      return cookie.serialize(name, signedValue(id, secrets[0]));
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}

/** As express-session has it: a plain prefix of the path as it was sent, not decoded. */
function isOnPath({ cookieOf }: Settings, c: Context): boolean {
  const path = cookieOf(c).path ?? "/";
  return path === "/" || new URL(c.req.url).pathname.startsWith(path);
}

/** The data of a session id; undefined where there is none. A store says so by ENOENT, too. */
function read(store: AnyStore, sid: string): Promise<SessionData | null | undefined> {
  return new Promise((resolve, reject) => {
    store.get(sid, (error: unknown, data) => {
      if (!error) resolve(data);
      else if (isGone(error)) resolve(undefined);
      // Hono passes on what is no Error without an answer.
      else reject(error instanceof Error ? error : new Error("The session store failed.", { cause: error }));
    });
  });
}

function isGone(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "ENOENT";
}
