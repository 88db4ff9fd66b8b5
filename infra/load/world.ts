import { type Config, readConfig } from "../../shared/config.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { createIndexes } from "../indexes.ts";
import { freePort } from "../mongod/replica-set.ts";
import { befriend } from "../records.ts";
import type { Device } from "./device.ts";
import { insertVisitors, ringOf, type Visitor } from "./people.ts";
import { Server } from "./server.ts";
import { createTraffic, type Traffic } from "./traffic.ts";

const origin = "http://kith.load";

export interface WorldOptions {
  /** A replica set and a database that may be filled. */
  uri: string;
  people: number;
  /** Of each person; even. */
  friends: number;
  /** How many of the people have no friends. */
  strangers?: number;
  nodes: number;
  functions?: number;
  /** Of all processes. */
  environment?: Record<string, string>;
  /** Told of each first receipt: milliseconds since the comment's request was sent. */
  onReceipt?: (milliseconds: number) => void;
}

/** People with friends, the processes of Kith, and the people's devices. */
export interface LoadWorld extends Traffic, AsyncDisposable {
  config: Config;
  database: Database;
  visitors: readonly Visitor[];
  pairs: readonly (readonly [Visitor, Visitor])[];
  functions: Server[];
  nodes: Server[];
  devices: Device[];
  /** One more process on this database, which ends with the world; not started yet. */
  another(entry: Entry, environment?: Record<string, string>): Promise<Server>;
}

/** What is run, and the variable that names its port. */
const entries = { "functions/node.ts": "PORT", "realtime/main.ts": "REALTIME_PORT" } as const;
type Entry = keyof typeof entries;

export async function startWorld(options: WorldOptions): Promise<LoadWorld> {
  await using stack = new AsyncDisposableStack();
  /** Who ends what is started: this function as long as it may fail, then the world. */
  let owner: AsyncDisposableStack = stack;
  const environment = { ...defaults, MONGODB_URI: options.uri, ...options.environment };
  const config = readConfig(environment);
  const database = await openDatabase(config);
  stack.defer(() => database.close());
  await createIndexes(database);
  const prefix = `load-${crypto.randomUUID().slice(0, 8)}`;
  const visitors = await insertVisitors(database, config, { prefix, count: options.people });
  const pairs = ringOf(visitors.slice(options.strangers ?? 0), options.friends);
  await befriend(
    database,
    pairs.map(([a, b]) => [a.person, b.person]),
  );

  let count = 0;
  const another = async (entry: Entry, own: Record<string, string> = {}) => {
    const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
    count += 1;
    const server = new Server({
      name: `${entry} (${count})`,
      entry,
      url: `http://127.0.0.1:${port}`,
      metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
      environment: { ...environment, [entries[entry]]: String(port), METRICS_PORT: String(metricsPort), ...own },
    });
    owner.use(server);
    return server;
  };
  const start = async (entry: Entry, wanted: number) => {
    const servers = await Promise.all(Array.from({ length: wanted }, () => another(entry)));
    await Promise.all(servers.map((server) => server.start()));
    return servers;
  };
  const [functions, nodes] = await Promise.all([
    start("functions/node.ts", options.functions ?? 1),
    start("realtime/main.ts", options.nodes),
  ]);
  const devices: Device[] = [];
  stack.defer(() => {
    for (const device of devices) device[Symbol.dispose]();
  });
  owner = stack.move();
  return {
    another,
    config,
    database,
    visitors,
    pairs,
    functions,
    nodes,
    devices,
    ...createTraffic({ origin, visitors, pairs, functions, nodes, devices, onReceipt: options.onReceipt }),
    [Symbol.asyncDispose]: () => owner.disposeAsync(),
  };
}

const defaults = {
  NODE_ENV: "production",
  SESSION_SECRETS: "a-secret-that-only-the-load-knows-0123456789",
  PUBLIC_ORIGIN: origin,
  // Without TLS.
  COOKIE_SECURE: "false",
  HOST: "127.0.0.1",
  BREACH_CHECK: "off",
  LOG_LEVEL: "warn",
  // Each device says where it comes from, as a proxy would.
  TRUST_PROXY: "loopback",
};
