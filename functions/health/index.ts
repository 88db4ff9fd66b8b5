import { Hono } from "hono";
import type { Database } from "../../shared/database.ts";
import type { Env } from "../http/api.ts";

/** Alive is the process alone: a stopped database must not restart every function. Ready means the database answers. */
export function health(database: Pick<Database, "ping">) {
  const routes = new Hono<Env>();
  routes.get("/health", (c) => c.json({ status: "alive" }));
  routes.get("/ready", async (c) => {
    const isReady = await database.ping().then(
      () => true,
      () => false,
    );
    return isReady
      ? c.json({ status: "ready" })
      : c.json({ status: "not ready", reason: "the database does not answer" }, 503);
  });
  return routes;
}
