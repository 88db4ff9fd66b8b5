import { createServer, type RequestListener } from "node:http";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import session, { type SessionData } from "express-session";
import { Hono } from "hono";
import type { Env } from "../../../functions/http/api.ts";
import { createSession } from "../../../functions/http/session/index.ts";
import { answerParent, listen, ready } from "../child.ts";
import { secret, storedSession } from "./cookie.ts";

/** Answers from memory at once, as no real store can: what is left is the middleware's own work. */
class InstantStore extends session.MemoryStore {
  readonly #stored = JSON.stringify(storedSession());

  override get(_: string, done: (error: unknown, data: SessionData) => void): void {
    done(undefined, JSON.parse(this.#stored));
  }

  override touch(_: string, __: SessionData, done?: () => void): void {
    done?.();
  }
}

const rules = { secret, resave: false, saveUninitialized: false, cookie: { maxAge: 600_000 } };

const sides: Record<string, () => RequestListener> = {
  hono() {
    const app = new Hono();
    app.get("/", (c) => c.text("ok"));
    return getRequestListener(app.fetch);
  },
  kith() {
    const app = new Hono<Env>();
    app.use(createSession({ ...rules, store: new InstantStore() }));
    app.get("/", (c) => c.text(c.get("session")?.passport?.user ? "ok" : "nobody"));
    return getRequestListener(app.fetch);
  },
  express() {
    const app = express();
    app.disable("etag").disable("x-powered-by");
    app.get("/", (_, response) => void response.send("ok"));
    return app;
  },
  "express-session"() {
    const app = express();
    app.disable("etag").disable("x-powered-by");
    app.use(session({ ...rules, store: new InstantStore() }));
    app.get("/", ({ session: current }, response) => void response.send("passport" in current ? "ok" : "nobody"));
    return app;
  },
};

const listener = sides[process.argv[2] ?? ""];
if (!listener) throw new Error(`There is no side ${process.argv[2]}.`);
answerParent({});
ready(await listen(createServer(listener())));
