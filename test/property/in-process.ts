import { setTimeout } from "node:timers/promises";
import { createRealtime } from "../../realtime/server.ts";
import { readConfig } from "../../shared/config.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { createLog } from "../../shared/log.ts";
import { isAhead } from "../../shared/read-at.ts";
import { type Member, startMembers } from "../helpers/members.ts";
import { until } from "../helpers/until.ts";
import { createNode } from "./node.ts";
import type { Account } from "./people.ts";
import { createPlainApi } from "./plain-api.ts";
import { watchTruth } from "./truth.ts";
import { createWires } from "./wire.ts";
import type { World } from "./world.ts";

export const origin = "http://kith.test";
/** How long the copy that the second node reads from stands still before it catches up, in milliseconds. */
const still = 600;

/**
 * Both nodes and the HTTP side in this process, over wires without a network. The second node reads from a member that
 * lags, and so does the feed of those who are connected to it. `prepare` is given each database before its node is built.
 */
export async function startInProcess(options: { prepare?: (database: Database) => void } = {}): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const set = stack.use(await startMembers([{}, { priority: 0, votes: 0, tags: { lag: "yes" } }]));
  const config = readConfig(environmentOf(set.uri));
  const lagging = readConfig(environmentOf(`${set.uri}&readPreference=secondary&readPreferenceTags=lag:yes`));
  const open = async (of: typeof config) => {
    const database = await openDatabase(of);
    stack.defer(() => database.close());
    return database;
  };
  const database = await open(config);
  const truth = await watchTruth(database);
  stack.defer(() => truth.close());

  const log = createLog({ name: "test", level: "silent" });
  const databases = await Promise.all([open(config), open(lagging)]);
  for (const each of databases) options.prepare?.(each);
  const apis = databases.map((each) => createPlainApi(each, config, log));
  const wires = createWires();
  const nodes = databases.map((own, n) =>
    createNode(async () => {
      const host = `node-${n}`;
      const realtime = createRealtime({ config, database: own, log });
      realtime.start();
      await until(() => realtime.isLive(), { timeout: 30_000 });
      wires.serve(host, realtime);
      return {
        async close() {
          wires.leave(host);
          await realtime.close();
          wires.end(host);
        },
      };
    }),
  );
  for (const node of nodes) {
    await node.start();
    stack.defer(() => node.close());
  }
  const rhythm = keepLagging(...(set.members as [Member, Member]));
  stack.defer(() => rhythm.stop());

  const owned = stack.move();
  return {
    config,
    database,
    truth,
    notice: 20,
    patience: 20_000,
    fetchOf:
      ({ person }, nodeOf) =>
      (input, init) => {
        const { pathname, search } = new URL(String(input));
        const isFeed = pathname === "/api/comments" && init?.method === "GET";
        return apis[isFeed ? nodeOf() : 0]?.(pathname + search, init, person) as Promise<Response>;
      },
    socketOf: ({ cookie }: Account, nodeOf) => wires.socket(() => `node-${nodeOf()}`, { cookie, origin }) as never,
    restart: (node) => nodes[node]?.restart() as Promise<void>,
    generationOf: (node) => nodes[node]?.generation as number,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export function environmentOf(uri: string): Record<string, string> {
  return {
    NODE_ENV: "test",
    MONGODB_URI: uri,
    SESSION_SECRETS: "a-secret-that-only-tests-know-0123456789",
    PUBLIC_ORIGIN: origin,
    BREACH_CHECK: "off",
    TRUST_PROXY: "loopback",
    LOG_LEVEL: "silent",
  };
}

/** Lets a member stand still and catch up in turns, each time with all that the primary had by then. */
function keepLagging(primary: Member, member: Member): { stop(): Promise<void> } {
  let isOver = false;
  const run = async () => {
    while (!isOver) {
      await member.setLag(true);
      await setTimeout(still);
      const { operationTime } = await primary.admin({ ping: 1 });
      await member.setLag(false);
      // Blocks until it is there: a fixed time would let a busy machine's lag grow without end.
      const readConcern = { level: "majority", afterClusterTime: operationTime };
      const isThere = () =>
        member.admin({ find: "nothing", limit: 1, readConcern }).then(
          () => true,
          (error) => {
            // It has not even heard of that time.
            if (isAhead(error)) return false;
            throw error;
          },
        );
      await until(isThere, { timeout: 60_000 });
    }
  };
  const ended = run();
  return {
    async stop() {
      isOver = true;
      await ended;
    },
  };
}
