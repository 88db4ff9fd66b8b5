import type { Store } from "express-session";
import { Hono } from "hono";
import type { Env } from "../../../functions/http/api.ts";
import { createSession } from "../../../functions/http/session/index.ts";
import { SessionStore } from "../../../shared/session/store.ts";
import type { SessionStoreOptions } from "../../../shared/session/store-options.ts";
import type { NeighbourUser } from "../neighbour/users.ts";
import { createTwinPassport } from "./passport.ts";
import { insideRoutes, outsideRoutes, seen } from "./routes.ts";

type SessionOptions = Parameters<typeof createSession>[0];

export interface TwinOptions {
  session: Omit<SessionOptions, "store" | "onError">;
  storage: SessionStoreOptions | Store;
  users: readonly NeighbourUser[];
  onStore?: (store: Store) => void;
  onLateError?: (error: unknown) => void;
}

/** The neighbour's routes on Hono and our session: what its author would have after moving it. */
export function createTwin(options: TwinOptions): Hono<Env> {
  const passport = createTwinPassport(options.users);
  const store = "client" in options.storage ? new SessionStore(options.storage) : options.storage;
  options.onStore?.(store);
  const app = new Hono<Env>();
  app.use(createSession({ ...options.session, store, onError: (error) => options.onLateError?.(error) }));
  app.route("/", outsideRoutes());
  app.use(passport.middleware);
  app.route("/", insideRoutes(passport.signIn, options.session));
  app.onError((error, c) => c.json({ error: error.message, ...(c.get("session") ? seen(c) : {}) }, 500));
  return app;
}
