import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "../../functions/app.ts";
import { nodeAddressReader } from "../../functions/http/node-address.ts";
import { builtAssets } from "../../functions/pages/built-assets.ts";
import { createIndexes } from "../../infra/indexes.ts";
import { createRealtime } from "../../realtime/server.ts";
import type { Config } from "../../shared/config.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { createLog, type Log } from "../../shared/log.ts";
import type { UserDirectory } from "../../shared/users.ts";
import { Client } from "./client.ts";
import { testConfig } from "./config.ts";
import { type OwnSet, startOwnSet } from "./own-set.ts";
import { until } from "./until.ts";

/** Both sides on ports of their own, in this process, so that a test can look inside. */
export interface System extends AsyncDisposable {
  config: Config;
  /** The functions' database; realtime has another client of its own. */
  database: Database;
  realtimeDatabase: Database;
  app: ReturnType<typeof createApp>;
  realtime: ReturnType<typeof createRealtime>;
  functionsUrl: string;
  realtimeUrl: string;
  /** A browser with no cookies. */
  client(): Client;
  /** A browser of a person who has just signed up. */
  person(firstName: string): Promise<Client>;
  /** One more browser of the same person, with a session of its own. */
  another(person: Client, headers?: Record<string, string>): Promise<Client>;
}

/** On a replica set of its own, which goes on, if it was paused, and ends with it. */
export async function startSystemOnOwnSet(): Promise<System & { set: OwnSet }> {
  await using stack = new AsyncDisposableStack();
  const set = stack.use(await startOwnSet());
  const system = stack.use(await startSystem({ environment: { MONGODB_URI: set.uri } }));
  stack.defer(() => void process.kill(set.pid, "SIGCONT"));
  const all = stack.move();
  return { ...system, set, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

export async function startSystem(
  options: {
    environment?: Record<string, string>;
    log?: Log;
    users?: (database: Database) => UserDirectory;
    sweepInterval?: number;
    presenceGrace?: number;
    reapInterval?: number;
  } = {},
): Promise<System> {
  const config = testConfig(options.environment);
  const log = options.log ?? createLog({ name: "test", level: "silent" });
  const [database, realtimeDatabase] = await Promise.all([openDatabase(config), openDatabase(config)]);
  await createIndexes(database);
  const assets = await builtAssets();
  const users = options.users ? { users: options.users(database) } : {};
  const app = createApp({ config, database, log, assets, addressOf: nodeAddressReader(config), ...users });
  const functions = createServer(getRequestListener(app.fetch));
  const { sweepInterval, presenceGrace, reapInterval } = options;
  const intervals = { sweepInterval, presenceGrace, reapInterval };
  const realtime = createRealtime({ config, database: realtimeDatabase, log, ...intervals, ...users });
  const [functionsUrl, realtimeUrl] = await Promise.all([listen(functions), listen(realtime.server)]);
  realtime.start();
  await until(() => realtime.isLive());

  const clients: Client[] = [];
  const client = () => {
    const made = new Client({ functionsUrl, realtimeUrl });
    clients.push(made);
    return made;
  };
  return {
    config,
    database,
    realtimeDatabase,
    app,
    realtime,
    functionsUrl,
    realtimeUrl,
    client,
    async person(firstName) {
      const made = client();
      await made.signUp(firstName);
      return made;
    },
    async another(person, headers) {
      const made = client();
      await made.signIn(person, headers);
      return made;
    },
    async [Symbol.asyncDispose]() {
      for (const each of clients) each.close();
      await realtime.close();
      functions.closeAllConnections();
      await new Promise((resolve) => functions.close(resolve));
      await database.connection.dropDatabase();
      await Promise.all([database.close(), realtimeDatabase.close()]);
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
