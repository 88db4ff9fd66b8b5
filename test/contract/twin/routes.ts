import { serialize } from "cookie";
import type { CookieOptions, Store } from "express-session";
import { type Context, Hono } from "hono";
import type { Env } from "../../../functions/http/api.ts";
import { type AnySession, applyChange, shown } from "../neighbour/changes.ts";
import { settled } from "./passport.ts";

const sessionOf = (c: Context<Env>) => c.get("session") as unknown as AnySession;

/** The variable is what a handler sees, and may set; the rest is passport's. */
export function seen(c: Context<Env>): object {
  const { sessionID, user } = c.get("exchange") ?? {};
  return shown({ session: c.get("session"), sessionID, user });
}

export function outsideRoutes(): Hono<Env> {
  return new Hono<Env>().get("/outside", (c) => c.json(seen(c))).get("/nothing", (c) => c.json({ did: "nothing" }));
}

export function insideRoutes(
  signIn: (exchange: Env["Variables"]["exchange"], credentials: object) => Promise<number>,
  options: { name?: string; cookie?: unknown },
): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/sign-in", async (c) => {
    const status = await signIn(c.get("exchange"), await c.req.json());
    if (status === 200) return c.json(seen(c));
    return c.text(status === 400 ? "Bad Request" : "Unauthorized", status as 401);
  });

  app.post("/sign-out", async (c) => {
    const exchange = c.get("exchange");
    await settled((done) => exchange.logOut(done));
    await settled((done) => sessionOf(c).destroy(done));
    const { path = "/", domain } = (typeof options.cookie === "object" ? options.cookie : {}) as CookieOptions;
    const cleared = serialize(options.name ?? "connect.sid", "", { path, domain, expires: new Date(1) });
    c.header("set-cookie", cleared, { append: true });
    return c.body(null, 204);
  });

  app.get("/me", (c) => c.json(seen(c)));

  app.post("/change", async (c) => {
    applyChange(sessionOf(c), await c.req.json());
    return c.json(seen(c));
  });

  app.post("/regenerate", async (c) => {
    const change = await c.req.json();
    await settled((done) => sessionOf(c).regenerate(done));
    applyChange(sessionOf(c), change);
    return c.json(seen(c));
  });

  app.post("/reload", async (c) => {
    const { before, after } = await c.req.json();
    applyChange(sessionOf(c), before);
    await settled((done) => sessionOf(c).reload(done));
    applyChange(sessionOf(c), after);
    return c.json(seen(c));
  });

  app.post("/save", async (c) => {
    const [first, ...rest] = (await c.req.json()).changes;
    applyChange(sessionOf(c), first);
    for (const change of rest) {
      await settled((done) => sessionOf(c).save(done));
      applyChange(sessionOf(c), change);
    }
    return c.json(seen(c));
  });

  app.post("/destroy", async (c) => {
    await settled((done) => sessionOf(c).destroy(done));
    return c.json(seen(c));
  });

  app.post("/unset", (c) => {
    c.set("session", null as never);
    return c.json(seen(c));
  });

  app.post("/own-cookie", async (c) => {
    c.header("set-cookie", "own=1; Path=/; HttpOnly", { append: true });
    c.header("set-cookie", "another=two; Path=/; Expires=Wed, 21 Oct 2099 07:28:00 GMT", { append: true });
    applyChange(sessionOf(c), await c.req.json());
    return c.json(seen(c));
  });

  app.post("/throw", async (c) => {
    const { change, thrown } = await c.req.json();
    applyChange(sessionOf(c), change);
    throw thrown === "string" ? "no error at all" : new Error("thrown on purpose");
  });

  app.post("/redirect", async (c) => {
    applyChange(sessionOf(c), await c.req.json());
    c.header("location", "/me");
    return c.text("See Other. Redirecting to /me", 303);
  });

  app.post("/write", async (c) => {
    applyChange(sessionOf(c), await c.req.json());
    return c.text("begun, done");
  });

  app.post("/end-elsewhere", async (c) => {
    const { sessionStore, sessionID } = c.get("exchange");
    await settled((done) => (sessionStore as Store).destroy(sessionID, done));
    applyChange(sessionOf(c), await c.req.json());
    return c.json(seen(c));
  });

  app.post("/empty", async (c) => {
    applyChange(sessionOf(c), await c.req.json());
    return c.body(null, 204);
  });
  return app;
}
