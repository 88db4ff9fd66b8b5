import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { bundlePages, writeAssets } from "../bundle.ts";
import { Server } from "../load/server.ts";
import { findMongod } from "../mongod/find.ts";
import { freePort, startReplicaSet } from "../mongod/replica-set.ts";
import { withDatabase } from "../mongod/uri.ts";
import { setScene } from "./scene.ts";

export interface Running extends AsyncDisposable {
  functionsUrl: string;
  realtimeUrl: string;
}

/** Kith as it is developed, with the scene in a database of its own that goes with it. */
export async function startKith(root: string): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const mongod = await findMongod({ cacheDir: join(root, ".kith", "mongod") });
  const dbPath = await mkdtemp(join(tmpdir(), "kith-pictures-"));
  stack.defer(() => rm(dbPath, { recursive: true, force: true }));
  const set = await startReplicaSet({ mongod: mongod.path, dbPath });
  stack.defer(() => set.stop());

  const [port, realtimePort] = await Promise.all([freePort(), freePort()]);
  const [functionsUrl, realtimeUrl] = [`http://localhost:${port}`, `http://localhost:${realtimePort}`];
  const environment = {
    NODE_ENV: "development",
    MONGODB_URI: withDatabase(set.uri, "kith-pictures"),
    SESSION_SECRETS: randomBytes(32).toString("hex"),
    BREACH_CHECK: "off",
    LOG_LEVEL: "warn",
    HOST: "localhost",
    PORT: String(port),
    REALTIME_PORT: String(realtimePort),
    PUBLIC_ORIGIN: functionsUrl,
  };
  const database = await openDatabase(readConfig(environment));
  try {
    await setScene(database);
  } finally {
    await database.close();
  }
  await writeAssets(await bundlePages(), join(root, "dist", "assets"));
  const servers = [
    new Server({ name: "functions", entry: "functions/node.ts", url: functionsUrl, environment }),
    new Server({ name: "realtime", entry: "realtime/main.ts", url: realtimeUrl, environment }),
  ];
  for (const server of servers) stack.use(server);
  await Promise.all(servers.map((server) => server.start()));
  const owner = stack.move();
  return { functionsUrl, realtimeUrl, [Symbol.asyncDispose]: () => owner.disposeAsync() };
}
