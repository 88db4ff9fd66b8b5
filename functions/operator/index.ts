import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import type { Env } from "../http/api.ts";
import { setPageHeaders } from "../pages/headers.ts";
import { readNodes } from "./nodes.ts";
import { operatorPage } from "./page.ts";
import { requireOperator } from "./require-operator.ts";

/** Seconds between two readings of a page that renews itself; nodes tell of themselves as often. */
const renewal = 5;

/** The page of whoever runs Kith. `secret` lets them in. */
export function operator(deps: Deps, secret: string) {
  const app = new Hono<Env>();
  app.get("/operator", requireOperator(deps, secret), async (c) => {
    const isRenewing = c.req.query("renew") !== undefined;
    setPageHeaders(c);
    // Only on demand, and until it is stopped: a page that reloads by itself takes a screen reader back to its start.
    if (isRenewing) c.header("refresh", String(renewal));
    return c.html(operatorPage(deps.assets, await readNodes(deps.database.models), { isRenewing, renewal }));
  });
  return app;
}
