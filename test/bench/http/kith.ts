import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { createApp } from "../../../functions/app.ts";
import type { Env } from "../../../functions/http/api.ts";
import { nodeAddressReader } from "../../../functions/http/node-address.ts";
import { createSession } from "../../../functions/http/session/index.ts";
import { readConfig } from "../../../shared/config.ts";
import { openDatabase } from "../../../shared/database.ts";
import { createLog } from "../../../shared/log.ts";
import { userIdOf } from "../../../shared/session/record.ts";
import { answerParent, listen, ready } from "../child.ts";

const config = readConfig(process.env);
const log = createLog({ name: "functions", level: config.logLevel });
const database = await openDatabase(config);
const app = createApp({
  config,
  database,
  log,
  assets: { script: "", door: "", style: "", docsStyle: "", files: new Map() },
  addressOf: nodeAddressReader(config),
});

const sessionOnly = new Hono<Env>();
sessionOnly.use(
  createSession({
    store: database.sessions,
    secret: config.session.secrets,
    name: config.session.name,
    cookie: { path: "/", httpOnly: true, sameSite: "lax", secure: config.cookie.secure, maxAge: config.session.idle },
    resave: false,
    saveUninitialized: false,
    rolling: "touch",
  }),
);
sessionOnly.get("/bench/session", (c) => {
  const user = userIdOf(c.get("session") ?? {});
  return user ? c.json({ user }) : c.json({ code: "unauthenticated" }, 401);
});

const answerApp = getRequestListener(app.fetch);
const answerSessionOnly = getRequestListener(sessionOnly.fetch);
const server = createServer((request, response) =>
  request.url === "/bench/session" ? answerSessionOnly(request, response) : answerApp(request, response),
);
answerParent({});
ready(await listen(server));
