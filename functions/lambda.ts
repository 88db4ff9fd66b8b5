import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { LinearRouter } from "hono/router/linear-router";
import { readConfig } from "../shared/config.ts";
import { createConsoleLog } from "../shared/console-log.ts";
import { openDatabase } from "../shared/database.ts";
import { createApp } from "./app.ts";
import { lambdaAddressReader } from "./http/lambda-address.ts";
import { fewConnections, onDemand } from "./on-demand.ts";
import { builtAssets } from "./pages/built-assets.ts";

const config = readConfig(process.env);
const log = createConsoleLog({ name: "functions", level: config.logLevel });
const addressOf = lambdaAddressReader(config);
const app = onDemand({
  open: () => openDatabase(config, log, {}, fewConnections),
  async build(database) {
    const assets = await builtAssets();
    return createApp({ config, database, log, assets, addressOf, router: new LinearRouter() });
  },
  log,
});

/** For events of a function URL, of an API Gateway (REST and HTTP) and of a load balancer. */
export const handler = handle(Object.assign(new Hono(), { fetch: app.fetch }));
