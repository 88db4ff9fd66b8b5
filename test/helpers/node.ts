import type { AddressInfo } from "node:net";
import { createRealtime } from "../../realtime/server.ts";
import type { Config } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { createLog, type Log } from "../../shared/log.ts";
import { Client } from "./client.ts";
import type { System } from "./system.ts";
import { until } from "./until.ts";

/** One more realtime node beside a system's own. */
export interface Node extends AsyncDisposable {
  realtime: ReturnType<typeof createRealtime>;
  url: string;
  /** The same browser, whose sockets are opened here. */
  twin(client: Client): Client;
}

export async function startNode(
  system: Pick<System, "functionsUrl"> & { config: Config },
  options: { sweepInterval?: number; presenceGrace?: number; reapInterval?: number; log?: Log; port?: number } = {},
): Promise<Node> {
  const database = await openDatabase(system.config);
  const { log = createLog({ name: "test", level: "silent" }), port = 0, ...intervals } = options;
  const realtime = createRealtime({ config: system.config, database, log, ...intervals });
  await new Promise<void>((resolve) => realtime.server.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(realtime.server.address() as AddressInfo).port}`;
  realtime.start();
  await until(() => realtime.isLive());
  const twins: Client[] = [];
  return {
    realtime,
    url,
    twin(client) {
      const twin = new Client({ functionsUrl: system.functionsUrl, realtimeUrl: url });
      for (const [name, value] of client.cookies) twin.cookies.set(name, value);
      twins.push(twin);
      return twin;
    },
    async [Symbol.asyncDispose]() {
      for (const twin of twins) twin.close();
      await realtime.close();
      await database.close();
    },
  };
}
