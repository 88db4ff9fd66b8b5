import { createServer, type RequestListener, type Server } from "node:http";
import { type Config, readConfig } from "../shared/config.ts";
import { openDatabaseWhenUp } from "../shared/database.ts";
import { withDeadline } from "../shared/deadline.ts";
import { createLog, type Log } from "../shared/log.ts";
import { metricsListener } from "../shared/metrics.ts";
import { answerHttp } from "./health.ts";
import { createRealtime } from "./server.ts";

/** How long the database may take to close, in milliseconds. */
const databaseTimeout = 2_000;

try {
  const config = readConfig(process.env);
  await run(config, createLog({ name: "realtime", level: config.logLevel }));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

async function run(config: Config, log: Log): Promise<void> {
  const stopping = new AbortController();
  const hurrying = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => (stopping.signal.aborted ? hurrying : stopping).abort());
  }
  // Alive before the database is there: whoever looks must not restart what only waits.
  const waiting: RequestListener = (request, response) =>
    answerHttp(request, response, () => ({ age: Number.POSITIVE_INFINITY, isLive: false, isDraining: false }));
  const server = createServer(waiting);
  await listen(server, config.realtimePort, { config, variable: "REALTIME_PORT" });
  log.info({ address: server.address() }, "realtime is listening");

  const database = await openDatabaseWhenUp(config, log, stopping.signal);
  if (!database) {
    server.close();
    return;
  }
  server.off("request", waiting);
  const realtime = createRealtime({ config, database, log, server });
  const metricsServer = config.metricsPort === undefined ? undefined : createServer();
  if (metricsServer) {
    realtime.metrics.collectProcess();
    metricsServer.on("request", metricsListener(realtime.metrics.registry));
    await listen(metricsServer, config.metricsPort as number, { config, variable: "METRICS_PORT" });
  }
  realtime.start();
  const stop = async () => {
    log.info({ sockets: realtime.io.engine.clientsCount }, "realtime is stopping");
    await realtime.drain(hurrying.signal);
    await realtime.close();
    metricsServer?.close();
    metricsServer?.closeAllConnections();
    await withDeadline(database.close(), databaseTimeout).catch(() => {});
    log.info("realtime has stopped");
    // A database that hangs would keep the process.
    process.exit(0);
  };
  if (stopping.signal.aborted) await stop();
  else stopping.signal.addEventListener("abort", () => void stop(), { once: true });
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
