import { setImmediate } from "node:timers/promises";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { compress } from "hono/compress";
import { LinearRouter } from "hono/router/linear-router";
import { readConfig } from "../shared/config.ts";
import { createConsoleLog } from "../shared/console-log.ts";
import { createDatabase } from "../shared/database.ts";
import { createApp } from "./app.ts";
import { fewConnections } from "./connections.ts";
import { lambdaAddressReader } from "./http/lambda-address.ts";
import { onDemand } from "./on-demand.ts";
import { builtAssets } from "./pages/built-assets.ts";

const config = readConfig(process.env);
const log = createConsoleLog({ name: "functions", level: config.logLevel });
const addressOf = lambdaAddressReader(config);
const app = onDemand({
  create: () => createDatabase(config, log, {}, fewConnections),
  build: (database, assets) => createApp({ config, database, log, assets, addressOf, router: new LinearRouter() }),
  assets: builtAssets,
  log,
});

const front = new Hono<{ Bindings: { event: object } }>({ router: new LinearRouter() });
const compressed = compress();
// Nobody else does: neither an HTTP API nor a function URL compresses. A REST API, whose events name a resource, hands over
// in base64 what is no text, unless it was told of its type.
front.use("/assets/*", (c, next) => ("resource" in c.env.event ? next() : compressed(c, next)));
front.all("*", (c) => app.fetch(c.req.raw, c.env));
const handleEvent = handle(front);

/** How many turns of the loop a socket takes from its end to its close, and one more. */
const turns = 4;

/** For events of a function URL, of an API Gateway (REST and HTTP) and of a load balancer. */
export const handler: typeof handleEvent = async (event, context) => {
  // A process that was frozen first hears which of its connections ended meanwhile: a command that the driver (7.8) writes
  // to one that has ended, and is not closed yet, is never answered and never fails.
  for (let turn = 0; turn < turns; turn++) await setImmediate();
  return handleEvent(event, context);
};
