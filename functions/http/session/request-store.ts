import { randomBytes } from "node:crypto";
import session, { type CookieOptions, type SessionData } from "express-session";
import CookieClass from "express-session/session/cookie.js";
import SessionClass from "express-session/session/session.js";
import type { Context } from "hono";
import type { Exchange, LiveSession } from "../exchange.ts";
import { contentOf } from "./decisions.ts";
import type { Settings } from "./options.ts";

type Done = (error?: unknown) => void;

/**
 * What the session of one request takes for its store: the user's store, and a note on the exchange of what
 * express-session's own methods do. `generate` is here and not set on the store itself, as express-session does: of two
 * middlewares on one store the last one's options would win.
 */
export class RequestStore {
  readonly #exchange: Exchange;
  readonly #settings: Settings;

  constructor(exchange: Exchange, settings: Settings) {
    this.#exchange = exchange;
    this.#settings = settings;
  }

  generate(): void {
    const { genid, cookieOf } = this.#settings;
    const { context } = this.#exchange;
    this.#exchange.sessionID = genid ? genid(context) : randomBytes(24).toString("base64url");
    const made = new SessionClass(this.#exchange) as LiveSession;
    made.cookie = new CookieClass(resolveAuto(cookieOf(context), this.#settings, context)) as never;
    this.#exchange.show(made);
  }

  createSession(exchange: Exchange, data: SessionData): LiveSession {
    const made = this.#settings.store.createSession(exchange as never, data) as LiveSession;
    this.#exchange.show(made);
    return made;
  }

  regenerate(exchange: Exchange, done: Done): void {
    (this.#settings.store.regenerate ?? session.Store.prototype.regenerate).call(
      this as never,
      exchange as never,
      done,
    );
  }

  get(sid: string, done: (error: unknown, data?: SessionData | null) => void): void {
    this.#settings.store.get(sid, done);
  }

  set(sid: string, data: SessionData, done?: Done): void {
    // Before the write: one that fails is neither tried again nor reported twice at the end of the request.
    this.#exchange.savedContent = contentOf(data);
    this.#settings.store.set(sid, data, done);
  }

  touch(sid: string, data: SessionData, done: Done): void {
    this.#settings.store.touch?.(sid, data, done as () => void);
  }

  destroy(sid: string, done?: Done): void {
    if (this.#exchange.session === undefined) this.#exchange.show(undefined);
    this.#settings.store.destroy(sid, done);
  }
}

/** `auto` follows the scheme, in a function's result too: express-session overlooks it there. */
function resolveAuto(options: CookieOptions, settings: Settings, c: Context): CookieOptions {
  if (options.secure !== "auto" && (options.sameSite as unknown) !== "auto") return options;
  const isSecure = settings.isSecure(c);
  return {
    ...options,
    ...(options.secure === "auto" ? { secure: isSecure } : {}),
    ...((options.sameSite as unknown) === "auto" ? { sameSite: isSecure ? "none" : "lax" } : {}),
  };
}
