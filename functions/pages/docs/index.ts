import { Hono } from "hono";
import { etag } from "hono/etag";
import { lazily } from "../../../shared/lazily.ts";
import type { Env } from "../../http/api.ts";
import type { Assets } from "../assets.ts";
import { setPageHeaders } from "../headers.ts";
import type { OpenApi } from "./operation.ts";
import { docsPage } from "./page.ts";

/** The page about the API, the same for everybody: made once, when it is first asked for. */
export function docs(assets: Pick<Assets, "docsStyle">, document: () => OpenApi) {
  const app = new Hono<Env>();
  const page = lazily(() => docsPage(assets, document()));
  app.get("/api/docs", etag(), (c) => {
    setPageHeaders(c);
    c.header("cache-control", "no-cache");
    return c.html(page());
  });
  return app;
}
