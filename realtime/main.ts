import { type Config, readConfig } from "../shared/config.ts";
import { openDatabaseWhenUp } from "../shared/database.ts";
import { createLog } from "../shared/log.ts";
import { createRealtime } from "./server.ts";

try {
  await run(readConfig(process.env));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

async function run(config: Config): Promise<void> {
  const log = createLog({ name: "realtime", level: config.logLevel });
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());
  const database = await openDatabaseWhenUp(config, log, stopping.signal);
  if (!database) return;

  const realtime = createRealtime({ config, database, log });
  const { server } = realtime;
  server.on("error", (error: NodeJS.ErrnoException) => {
    const text =
      error.code === "EADDRINUSE"
        ? `Port ${config.realtimePort} is taken: set REALTIME_PORT to a free one.`
        : error.message;
    process.stderr.write(`${text}\n`);
    process.exit(1);
  });
  server.listen(config.realtimePort, config.host, () => {
    realtime.start();
    log.info({ address: server.address() }, "realtime is listening");
  });

  const stop = async () => {
    log.info("realtime is stopping");
    await realtime.close();
    await database.close();
  };
  if (stopping.signal.aborted) await stop();
  else stopping.signal.addEventListener("abort", () => void stop(), { once: true });
}
