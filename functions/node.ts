import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { type Config, readConfig } from "../shared/config.ts";
import { openDatabaseWhenUp } from "../shared/database.ts";
import { createLog } from "../shared/log.ts";
import { createApp } from "./app.ts";
import { loadAssets } from "./pages/assets.ts";

/** How long requests under way may take once the process was told to stop, in milliseconds. */
const closeTimeout = 10_000;

try {
  await run(readConfig(process.env));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

async function run(config: Config): Promise<void> {
  const log = createLog({ name: "functions", level: config.logLevel });
  const assets = await loadAssets(fileURLToPath(new URL("../dist/assets", import.meta.url)));
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  const database = await openDatabaseWhenUp(config, log, stopping.signal);
  if (!database) return;

  const app = createApp({ config, database, log, assets });
  const server = createServer(getRequestListener(app.fetch));
  server.requestTimeout = 20_000;
  server.on("error", (error: NodeJS.ErrnoException) => {
    const text = error.code === "EADDRINUSE" ? `Port ${config.port} is taken: set PORT to a free one.` : error.message;
    process.stderr.write(`${text}\n`);
    process.exit(1);
  });
  server.listen(config.port, config.host, () => log.info({ address: server.address() }, "functions are listening"));

  const stop = () => {
    log.info("functions are stopping");
    setTimeout(() => server.closeAllConnections(), closeTimeout).unref();
    server.close(() => void database.close());
    server.closeIdleConnections();
  };
  if (stopping.signal.aborted) stop();
  else stopping.signal.addEventListener("abort", stop, { once: true });
}
