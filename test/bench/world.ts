import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createIndexes } from "../../infra/indexes.ts";
import { insertVisitors, saveSessions, type Visitor } from "../../infra/load/people.ts";
import { findMongod } from "../../infra/mongod/find.ts";
import { startReplicaSet } from "../../infra/mongod/replica-set.ts";
import { befriend } from "../../infra/records.ts";
import { readConfig } from "../../shared/config.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { profiled } from "../helpers/profiled.ts";

export type { Visitor };

/** A database server of this run's own, with people in it. */
export interface World extends AsyncDisposable {
  /** What every process of the bench is told. */
  environment: Record<string, string>;
  mongodVersion: string;
  /** The database server's process. */
  mongodPid: number;
  visitors: Visitor[];
  /** More people, each with a session. */
  addVisitors(count: number): Promise<Visitor[]>;
  /** Makes all sessions as good as new, so that none comes due for a touch during a measurement. */
  refreshSessions(): Promise<void>;
  /** Bytes that the database server has sent so far, to all its clients. */
  sentBytes(): Promise<number>;
  /** How many queries and writes of this run's database `work` leads to, by the server's profiler. */
  profiled(work: () => Promise<void>): Promise<{ queries: number; writes: number }>;
  /** Makes `author` a friend of each. */
  befriend(author: Person, friends: readonly Person[]): Promise<void>;
}

export const people = 500;

/** Starts a database server whose data are thrown away, and signs 500 people in. */
export async function createWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const mongod = await findMongod({ cacheDir: fileURLToPath(new URL("../../.kith/mongod", import.meta.url)) });
  const dbPath = await mkdtemp(join(tmpdir(), "kith-bench-"));
  stack.defer(() => rm(dbPath, { recursive: true, force: true }));
  const replicaSet = await startReplicaSet({ mongod: mongod.path, dbPath });
  stack.defer(() => replicaSet.stop());

  const uri = new URL(replicaSet.uri);
  uri.pathname = "/kith-bench";
  const environment = {
    NODE_ENV: "production",
    MONGODB_URI: uri.href,
    SESSION_SECRETS: "a-secret-that-only-the-bench-knows-0123456789",
    PUBLIC_ORIGIN: "http://kith.bench",
    // Without TLS express-session sends no secure cookie: each side has to do the same.
    COOKIE_SECURE: "false",
    BREACH_CHECK: "off",
    LOG_LEVEL: "error",
    // All sockets come from one address here.
    SOCKETS_PER_ADDRESS: "100000",
  };
  const config = readConfig(environment);
  const database = await openDatabase(config);
  stack.defer(() => database.close());
  await createIndexes(database);

  const everybody: Visitor[] = [];
  const addVisitors = async (count: number) => {
    const added = await insertVisitors(database, config, { prefix: "bench", first: everybody.length, count });
    everybody.push(...added);
    return added;
  };
  const visitors = await addVisitors(people);
  const owned = stack.move();
  return {
    environment,
    mongodVersion: mongod.version,
    mongodPid: replicaSet.pid,
    visitors,
    addVisitors,
    refreshSessions: () => saveSessions(database, config, everybody),
    async sentBytes() {
      const status = await database.connection.db?.admin().command({ serverStatus: 1 });
      return Number(status?.network.bytesOut);
    },
    profiled: (work) => counted(database, work),
    befriend: (author, friends) =>
      befriend(
        database,
        friends.map((friend) => [author, friend]),
      ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function counted(database: Database, work: () => Promise<void>) {
  const profile = await profiled(database, work);
  const count = (ops: string[]) => profile.filter(({ op }) => ops.includes(op)).length;
  return { queries: count(["query"]), writes: count(["insert", "update", "remove"]) };
}
