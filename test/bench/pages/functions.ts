import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "../../../functions/app.ts";
import { nodeAddressReader } from "../../../functions/http/node-address.ts";
import { bundlePages } from "../../../infra/bundle.ts";
import { readConfig } from "../../../shared/config.ts";
import { openDatabase } from "../../../shared/database.ts";
import { createLog } from "../../../shared/log.ts";
import { answerParent, listen, ready } from "../child.ts";

// The functions with their pages, at the address that the environment says.
const config = readConfig(process.env);
const app = createApp({
  config,
  database: await openDatabase(config),
  log: createLog({ name: "functions", level: config.logLevel }),
  assets: await bundlePages(),
  addressOf: nodeAddressReader(config),
});
answerParent({});
ready(await listen(createServer(getRequestListener(app.fetch)), config.port));
