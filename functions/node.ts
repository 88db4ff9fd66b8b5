import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type Config, readConfig } from "../shared/config.ts";
import { openDatabaseWhenUp } from "../shared/database.ts";
import { createLog, type Log } from "../shared/log.ts";
import { metricsListener } from "../shared/metrics.ts";
import { createApp } from "./app.ts";
import { ownWrites } from "./connections.ts";
import { nodeAddressReader } from "./http/node-address.ts";
import { createHttpMetrics } from "./metrics.ts";
import { builtAssets } from "./pages/built-assets.ts";
import { waiting } from "./waiting.ts";

/** How long requests under way may take once the process was told to stop, in milliseconds. */
const closeTimeout = 10_000;

try {
  const config = readConfig(process.env);
  await run(config, createLog({ name: "functions", level: config.logLevel }));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

async function run(config: Config, log: Log): Promise<void> {
  const assets = await builtAssets();
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  // Alive before the database is there: whoever looks must not restart what only waits.
  let listener = getRequestListener(waiting(assets, log).fetch);
  const server = createServer((request, response) => void listener(request, response));
  server.requestTimeout = 20_000;
  await listen(server, config.port, { config, variable: "PORT" });
  log.info({ address: server.address() }, "functions are listening");
  const metrics = config.metricsPort === undefined ? undefined : createHttpMetrics(log, config.logLevel);
  const metricsServer = metrics && createServer(metricsListener(metrics.registry));
  if (metricsServer) await listen(metricsServer, config.metricsPort as number, { config, variable: "METRICS_PORT" });

  const database = await openDatabaseWhenUp(config, log, stopping.signal, ownWrites);
  const addressOf = nodeAddressReader(config);
  if (database) {
    const observed = metrics ? { observe: metrics.observe } : {};
    listener = getRequestListener(createApp({ config, database, log, assets, addressOf, ...observed }).fetch);
  }
  const stop = () => {
    log.info("functions are stopping");
    setTimeout(() => server.closeAllConnections(), closeTimeout).unref();
    server.close(() => void database?.close());
    metricsServer?.close();
    metricsServer?.closeAllConnections();
    server.closeIdleConnections();
  };
  if (stopping.signal.aborted) stop();
  else stopping.signal.addEventListener("abort", stop, { once: true });
}

function listen(server: Server, port: number, from: { config: Config; variable: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === "EADDRINUSE";
      reject(isTaken ? new Error(`Port ${port} is taken: set ${from.variable} to a free one.`) : error);
    });
    server.listen(port, from.config.host, resolve);
  });
}
