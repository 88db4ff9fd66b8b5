import { Hono } from "hono";
import { AppError } from "../../shared/errors.ts";
import type { Env } from "../http/api.ts";
import type { Assets } from "./assets.ts";

const year = 365 * 24 * 60 * 60;
const day = 24 * 60 * 60;

/** Serves what the pages load. A file whose name carries the hash of its content never changes. */
export function assetFiles({ files }: Assets) {
  const app = new Hono<Env>();
  app.get("/assets/:file", (c) => {
    const name = c.req.param("file");
    const file = files.get(name);
    if (!file) throw new AppError("not_found");
    const age = /-[0-9A-Z]{8}\.\w+$/.test(name) ? `max-age=${year}, immutable` : `max-age=${day}`;
    return c.body(file.body(), 200, {
      "content-type": file.type,
      "cache-control": `public, ${age}`,
      "x-content-type-options": "nosniff",
    });
  });
  return app;
}
