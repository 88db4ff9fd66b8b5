import session, { type SessionData } from "express-session";
import { type Context, Hono } from "hono";
import type { Env } from "../../functions/http/api.ts";
import { createSession, type SessionOptions } from "../../functions/http/session/index.ts";
import { signedValue } from "../../shared/session/cookie.ts";
import { testSecret } from "./config.ts";

/** A MemoryStore that writes down what it is asked to do, in order, and can be made to fail. */
export class RecordingStore extends session.MemoryStore {
  readonly calls: string[] = [];
  /** What to fail with, by the method's name. */
  readonly failures: Partial<Record<"get" | "set" | "touch" | "destroy", unknown>> = {};

  /** The record of an id, as it is stored. */
  record(sid: string): (SessionData & Record<string, unknown>) | undefined {
    const stored = (this as unknown as { sessions: Record<string, string> }).sessions[sid];
    return stored === undefined ? undefined : JSON.parse(stored);
  }

  /** Puts a record there, as another process would. */
  put(sid: string, data: object): void {
    (this as unknown as { sessions: Record<string, string> }).sessions[sid] = JSON.stringify(data);
  }

  get ids(): string[] {
    return Object.keys((this as unknown as { sessions: Record<string, string> }).sessions);
  }

  override get(sid: string, done: (error: unknown, data?: SessionData | null) => void): void {
    this.calls.push("get");
    if ("get" in this.failures) done(this.failures.get);
    else super.get(sid, done as never);
  }

  override set(sid: string, data: SessionData, done?: (error?: unknown) => void): void {
    this.calls.push("set");
    if ("set" in this.failures) done?.(this.failures.set);
    else super.set(sid, data, done);
  }

  override touch(sid: string, data: SessionData, done?: (error?: unknown) => void): void {
    this.calls.push("touch");
    if ("touch" in this.failures) done?.(this.failures.touch);
    else super.touch(sid, data, done as () => void);
  }

  override destroy(sid: string, done?: (error?: unknown) => void): void {
    this.calls.push("destroy");
    if ("destroy" in this.failures) done?.(this.failures.destroy);
    else super.destroy(sid, done);
  }
}

export type Handler = (c: Context<Env>) => Response | Promise<Response>;

/** A Hono app with nothing but the session middleware and one handler for every path. */
export function sessionApp(options: Partial<SessionOptions>, handler: Handler = (c) => c.text("ok")) {
  const store = new RecordingStore();
  const late: { error: unknown; action: string }[] = [];
  const app = new Hono<Env>();
  app.use(
    createSession({
      secret: testSecret,
      store,
      resave: false,
      saveUninitialized: false,
      onError: (error, _, action) => late.push({ error, action }),
      ...options,
    }),
  );
  app.onError((error, c) => c.text(error.message, 500));
  app.all("*", (c) => handler(c));
  return {
    store,
    late,
    /** Asks with the cookie of a session id, or with headers as they are. */
    async ask(from?: string | Record<string, string>, url = "http://kith.test/") {
      const headers = typeof from === "string" ? { cookie: cookieOf(from) } : (from ?? {});
      const response = await app.request(url, { headers });
      return { status: response.status, body: await response.text(), cookies: response.headers.getSetCookie() };
    },
  };
}

export function cookieOf(sid: string, by: string | Buffer = testSecret, name = "connect.sid"): string {
  return `${name}=${encodeURIComponent(signedValue(sid, by))}`;
}

/** What a store holds of a session that ends in an hour. */
export function stored(data: object = {}, cookie: object = {}): object {
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  return { cookie: { path: "/", httpOnly: true, originalMaxAge: 3_600_000, expires, ...cookie }, ...data };
}

/** The session id that a Set-Cookie value carries. */
export function sidOf(line: string | undefined): string {
  return /=s%3A([^.;]+)\./.exec(line ?? "")?.[1] ?? "";
}
