import { randomBytes } from "node:crypto";
import session, { type CookieOptions, type SessionData, type Store as StoreType } from "express-session";
import CookieClass from "express-session/session/cookie.js";
import SessionClass from "express-session/session/session.js";
import type { Context } from "hono";
import type { Exchange, LiveSession } from "../exchange.ts";
import type { Settings } from "./options.ts";

type Done = (error?: unknown) => void;

/** Told of what express-session's own methods do to the session of a request. */
export interface Observer {
  /** A session takes the place of the earlier one; undefined: it was destroyed. */
  replaced(exchange: Exchange, current: LiveSession | undefined): void;
  /** A session is about to be written by its own `save`. */
  saving(exchange: Exchange, current: LiveSession): void;
}

/**
 * What a request's session takes for its store: the user's store, but for `generate`, which express-session sets on the
 * store itself, so that of two middlewares on one store the last one's options would win.
 */
export function requestStore(
  settings: Settings,
  observer: Observer,
): StoreType & { generate(exchange: Exchange): void } {
  const { store } = settings;
  const methods = observedMethods(observer);

  function adopt(exchange: Exchange): LiveSession {
    const current = exchange.session as LiveSession;
    Object.defineProperties(current, methods);
    observer.replaced(exchange, current);
    return current;
  }

  class RequestStore extends session.Store {
    generate(exchange: Exchange): void {
      const { context } = exchange;
      exchange.sessionID = settings.genid ? settings.genid(context) : randomBytes(24).toString("base64url");
      const made = new SessionClass(exchange) as LiveSession;
      made.cookie = new CookieClass(resolveAuto(settings.cookieOf(context), settings, context)) as never;
      exchange.session = made;
      adopt(exchange);
    }

    override createSession(exchange: never, data: SessionData) {
      store.createSession(exchange, data);
      return adopt(exchange as Exchange) as ReturnType<StoreType["createSession"]>;
    }

    override regenerate(exchange: never, done: Done): void {
      if (store.regenerate === session.Store.prototype.regenerate) super.regenerate(exchange, done);
      else store.regenerate.call(this, exchange, done);
    }

    override get(sid: string, done: (error: unknown, data?: SessionData | null) => void): void {
      store.get(sid, done);
    }

    override set(sid: string, data: SessionData, done?: Done): void {
      store.set(sid, data, done);
    }

    override touch(sid: string, data: SessionData, done?: Done): void {
      if (store.touch) store.touch(sid, data, done as () => void);
      else done?.();
    }

    override destroy(sid: string, done?: Done): void {
      store.destroy(sid, done);
    }
  }
  return new RequestStore();
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

/** express-session's own methods, and a word to the observer; on the session itself, as express-session puts them. */
function observedMethods(observer: Observer): PropertyDescriptorMap {
  const own = SessionClass.prototype as unknown as Record<
    "save" | "destroy",
    (this: object, done?: Done) => LiveSession
  >;
  const exchangeOf = (current: object) => (current as { req: Exchange }).req;
  const method = (value: (this: LiveSession, done?: Done) => LiveSession) => ({
    value,
    configurable: true,
    writable: true,
  });
  return {
    save: method(function save(done) {
      observer.saving(exchangeOf(this), this);
      return own.save.call(this, done);
    }),
    destroy: method(function destroy(done) {
      observer.replaced(exchangeOf(this), undefined);
      return own.destroy.call(this, done);
    }),
  };
}
