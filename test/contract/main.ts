import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bundlePages, writeAssets } from "../../infra/bundle.ts";
import { createDemoPeople, demoPeople } from "../../infra/dev/demo.ts";
import { createIndexes } from "../../infra/indexes.ts";
import { findMongod } from "../../infra/mongod/find.ts";
import { startReplicaSet } from "../../infra/mongod/replica-set.ts";
import { withDatabase } from "../../infra/mongod/uri.ts";
import { readConfig } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { createProxy } from "./proxy.ts";

/*
 * A migration half-way, to try: one MongoDB, the Express neighbour, both processes of Kith, and a proxy in front of them.
 * The paths that have moved to Kith are in MOVED (`/api`), everything else is Express'.
 */
const root = fileURLToPath(new URL("../..", import.meta.url));
const moved = (process.env.MOVED ?? "/api").split(",").filter(Boolean);
const port = Number(process.env.PORT ?? "8080");
const ports = { express: port + 1, functions: port + 2, realtime: port + 3 };

const dbPath = await mkdtemp(join(tmpdir(), "kith-migration-"));
const mongod = await findMongod({ cacheDir: join(root, ".kith", "mongod") });
const replicaSet = await startReplicaSet({ mongod: mongod.path, dbPath });
const environment = {
  NODE_ENV: "development",
  MONGODB_URI: withDatabase(replicaSet.uri, "kith"),
  SESSION_SECRETS: "the-secret-of-both,the-one-before-it",
  PUBLIC_ORIGIN: `http://localhost:${port}`,
  BREACH_CHECK: "off",
  LOG_LEVEL: "warn",
  SIGN_IN: demoPeople.map(({ username, password }) => `${username}:${password}`).join(","),
};
const database = await openDatabase(readConfig(environment));
await createIndexes(database);
await createDemoPeople(database);
await database.close();
await writeAssets(await bundlePages(), join(root, "dist", "assets"));

const start = (entry: string, own: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [join(root, entry)], { env: { ...process.env, ...environment, ...own }, stdio: "inherit" });
const children = [
  start("test/contract/neighbour/main.ts", { PORT: String(ports.express) }),
  start("functions/node.ts", { PORT: String(ports.functions) }),
  start("realtime/main.ts", { PORT: String(ports.functions), REALTIME_PORT: String(ports.realtime) }),
];
const proxy = createProxy({
  "/": ports.express,
  ...Object.fromEntries(moved.map((prefix) => [prefix, ports.functions])),
  "/socket.io/": ports.realtime,
});
for (const [name, path] of [
  ["express", "/nothing"],
  ["functions", "/ready"],
  ["realtime", "/ready"],
] as const) {
  while (
    !(await fetch(`http://127.0.0.1:${ports[name]}${path}`).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await setTimeout(50);
}
proxy.listen(port, "127.0.0.1");
const { username, password } = demoPeople[0];
process.stdout.write(
  `http://localhost:${port}: ${moved.join(", ")} at Kith, the rest at Express; ${username} / ${password}\n`,
);

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
proxy.close();
proxy.closeAllConnections();
for (const child of children) child.kill();
await Promise.all(children.map((child) => child.exitCode ?? once(child, "exit")));
await replicaSet.stop();
await rm(dbPath, { recursive: true, force: true });
