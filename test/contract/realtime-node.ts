import type { AddressInfo } from "node:net";
import { createRealtime } from "../../realtime/server.ts";
import type { Config } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { createLog } from "../../shared/log.ts";
import type { StorageOptions } from "../../shared/session/store-options.ts";
import { until } from "../helpers/until.ts";

/** A realtime node on a database of its own, which is dropped with it. */
export async function startRealtime(config: Config, storage: StorageOptions) {
  const database = await openDatabase(config, undefined, storage);
  const realtime = createRealtime({ config, database, log: createLog({ name: "test", level: "silent" }) });
  await new Promise<void>((resolve) => realtime.server.listen(0, "127.0.0.1", resolve));
  realtime.start();
  await until(() => realtime.isLive(), { what: "the node to be live", timeout: 30_000 });
  return {
    database,
    url: `http://127.0.0.1:${(realtime.server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await realtime.close();
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}
