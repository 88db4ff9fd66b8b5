import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Types } from "mongoose";
import { createIndexes } from "../../infra/indexes.ts";
import { findMongod } from "../../infra/mongod/find.ts";
import { startReplicaSet } from "../../infra/mongod/replica-set.ts";
import { readConfig } from "../../shared/config.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { nameFields, toPerson, type UserRecord } from "../../shared/models/user.ts";
import { signedValue } from "../../shared/session/cookie.ts";

/** Someone with a session. */
export interface Visitor {
  person: Person;
  sid: string;
  /** The Cookie header. */
  cookie: string;
}

/** A database server of this run's own, with people in it. */
export interface World extends AsyncDisposable {
  /** What every process of the bench is told. */
  environment: Record<string, string>;
  mongodVersion: string;
  visitors: Visitor[];
  /** Makes all sessions as good as new, so that none comes due for a touch during a measurement. */
  refreshSessions(): Promise<void>;
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
    // All come from this machine.
    SOCKETS_PER_ADDRESS: "100000",
    LOG_LEVEL: "error",
  };
  const config = readConfig(environment);
  const database = await openDatabase(config);
  stack.defer(() => database.close());
  await createIndexes(database);

  const visitors: Visitor[] = (await insertPeople(database)).map((person, i) => {
    const sid = `bench-session-${String(i).padStart(18, "0")}`;
    const value = signedValue(sid, config.session.secrets[0] as string);
    return { person, sid, cookie: `${config.session.name}=${encodeURIComponent(value)}` };
  });
  const refreshSessions = async () => {
    await Promise.all(visitors.map((visitor) => saveSession(database, visitor, config.session.idle)));
  };
  await refreshSessions();
  const owned = stack.move();
  return {
    environment,
    mongodVersion: mongod.version,
    visitors,
    refreshSessions,
    profiled: (work) => profiled(database, work),
    befriend: (author, friends) => befriend(database, author, friends),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function insertPeople({ models }: Database): Promise<Person[]> {
  const users = Array.from({ length: people }, (_, i): UserRecord => {
    const names = { username: `bench-${i}`, firstName: `First${i}`, lastName: `Last${i}` };
    return {
      _id: new Types.ObjectId(),
      displayName: names.username,
      ...names,
      ...nameFields(names),
      // As long as a real one; nobody signs in with it.
      password: `$scrypt$ln=14,r=8,p=5$${"A".repeat(22)}$${"A".repeat(43)}`,
      createdAt: new Date(),
    };
  });
  await models.users.insertMany(users);
  return users.map(toPerson);
}

function saveSession({ sessions }: Database, { sid, person }: Visitor, idle: number): Promise<void> {
  const cookie = {
    originalMaxAge: idle,
    expires: new Date(Date.now() + idle),
    httpOnly: true,
    path: "/",
    sameSite: "lax" as const,
    secure: false,
  };
  return new Promise((resolve, reject) => {
    const data = { cookie, passport: { user: person.id } };
    sessions.set(sid, data, (error) => (error ? reject(error) : resolve()));
  });
}

async function befriend({ models }: Database, author: Person, friends: readonly Person[]): Promise<void> {
  await models.friendships.insertMany(
    friends.map((friend) => {
      const both = [author.id, friend.id].sort().map((id) => new Types.ObjectId(id));
      return { _id: pairOf(author.id, friend.id), users: both, wants: both };
    }),
  );
}

async function profiled({ connection }: Database, work: () => Promise<void>) {
  const { db } = connection;
  if (!db) throw new Error("The database is not open.");
  await db.command({ profile: 2 });
  await work();
  await db.command({ profile: 0 });
  const count = (ops: string[]) =>
    db.collection("system.profile").countDocuments({ op: { $in: ops }, ns: { $not: /system\.profile$/ } });
  const counted = { queries: await count(["query"]), writes: await count(["insert", "update", "remove"]) };
  await db.dropCollection("system.profile");
  return counted;
}
