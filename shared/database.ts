import { setTimeout } from "node:timers/promises";
import { createWebCryptoAdapter } from "connect-mongo";
import { MongoClient, type MongoClientOptions, ObjectId } from "mongodb";
import type { Connection } from "mongoose";
import { coalesce, inOneBatch } from "./coalesce.ts";
import type { Config } from "./config.ts";
import { withDeadline } from "./deadline.ts";
import { toAppError } from "./errors.ts";
import { lazily } from "./lazily.ts";
import type { Log } from "./log.ts";
import { type Models, registerModels } from "./models/index.ts";
import { type UserRecord, usersCollection } from "./models/user.ts";
import { loadMongoose } from "./mongoose.ts";
import { SessionStore } from "./session/store.ts";
import type { StorageOptions } from "./session/store-options.ts";
import { shortHash } from "./short-hash.ts";

export interface Database {
  client: MongoClient;
  /** mongoose's, on the same client; like `models` it is made when it is first asked for. */
  readonly connection: Connection;
  readonly models: Models;
  sessions: SessionStore;
  /** The user of an id of 24 hexadecimal digits; reads of one turn of the loop share a query. */
  findUser(id: string): Promise<UserRecord | undefined>;
  /** Resolves when a primary answers; rejects within a few seconds otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How long whoever asks waits for the database before it counts as unavailable, in milliseconds. */
export const operationTimeout = 5_000;

const readyTimeout = 2_000;

/** Acknowledged means on a majority: change streams tell of nothing less, and it cannot be rolled back. */
export const clientOptions: MongoClientOptions = {
  serverSelectionTimeoutMS: operationTimeout,
  waitQueueTimeoutMS: operationTimeout,
  // A server that hangs keeps its connections open and silent.
  socketTimeoutMS: operationTimeout,
  connectTimeoutMS: operationTimeout,
  heartbeatFrequencyMS: 5_000,
  writeConcern: { w: "majority" },
  appName: "kith",
};

/** A database whose client has not connected yet; nothing can be asked of it before. */
export interface UnopenedDatabase extends Database {
  /** Rejects, and ends the client, when the database cannot be reached within 5 s. */
  connect(): Promise<void>;
}

/**
 * Opens a client of its own, which `close` ends. Rejects when the database cannot be reached within 5 s. `storage` is how
 * a neighbour stores its sessions, where the environment cannot say it; both sides have to be given the same.
 */
export async function openDatabase(
  config: Pick<Config, "mongodbUri" | "session">,
  log?: Pick<Log, "error">,
  storage: StorageOptions = {},
  platform: MongoClientOptions = {},
): Promise<Database> {
  const database = createDatabase(config, log, storage, platform);
  await database.connect();
  return database;
}

/** As `openDatabase`, but opens nothing yet. `platform` is what a platform needs otherwise than a process that stays. */
export function createDatabase(
  config: Pick<Config, "mongodbUri" | "session">,
  log?: Pick<Log, "error">,
  storage: StorageOptions = {},
  platform: MongoClientOptions = {},
): UnopenedDatabase {
  const client = new MongoClient(config.mongodbUri, { ...clientOptions, ...platform });
  const db = client.db();
  const { encryptionKey } = config.session;
  const sessions = new SessionStore({
    client,
    dbName: db.databaseName,
    idle: config.session.idle,
    absolute: config.session.absolute,
    touchAfter: config.session.touchAfter,
    stringify: config.session.stringify,
    ...(encryptionKey === undefined ? {} : { cryptoAdapter: createWebCryptoAdapter({ secret: encryptionKey }) }),
    ...storage,
    deadline: operationTimeout,
    onUnreadable: (key) =>
      log?.error({ session: shortHash(key) }, "a stored session cannot be read; it counts as none"),
  });
  const findUser = coalesce<UserRecord>({
    // The driver's own find: on this path mongoose's query would cost as much as the rest of the request.
    fetchMany: (ids) =>
      db
        .collection<UserRecord>(usersCollection)
        .find({ _id: { $in: ids.map((id) => new ObjectId(id)) } }, { ...inOneBatch(ids), readPreference: "primary" })
        .toArray(),
    deadline: operationTimeout,
    keyOf: (user) => user._id.toHexString(),
  });
  const ping = async () => {
    await withDeadline(db.command({ ping: 1 }, { readPreference: "primary" }), readyTimeout);
  };
  const models = lazily(() => registerModels(connection()));
  const connection = lazily(() => {
    const made = loadMongoose().createConnection();
    Object.assign(made.config, { autoIndex: false, autoCreate: false, bufferCommands: false });
    return made.setClient(client);
  });
  return {
    client,
    async connect() {
      try {
        await client.connect();
      } catch (error) {
        await client.close();
        throw error;
      }
    },
    get connection() {
      return connection();
    },
    get models() {
      return models();
    },
    sessions,
    findUser,
    ping,
    close: () => client.close(),
  };
}

/** Opens the database, waiting for one that is not there yet; undefined when `stopping` comes first. */
export async function openDatabaseWhenUp(
  config: Pick<Config, "mongodbUri" | "session">,
  log: Log,
  stopping: AbortSignal,
  platform: MongoClientOptions = {},
): Promise<Database | undefined> {
  while (!stopping.aborted) {
    try {
      const database = await openDatabase(config, log, {}, platform);
      // In a process that stays nobody's request is to wait for it.
      loadMongoose();
      void reportIndexes(database, log);
      return database;
    } catch (error) {
      if (!isWaitedFor(error)) throw error;
      log.warn({ err: error }, "waiting for the database");
      await setTimeout(1_000, undefined, { signal: stopping }).catch(() => {});
    }
  }
  return undefined;
}

/** Warns of sessions that the database would keep for ever; a collection that is not there yet has no index either. */
async function reportIndexes({ sessions }: Database, log: Log): Promise<void> {
  if (await sessions.isExpiryIndexed().catch(() => false)) return;
  log.warn("expired sessions are refused but never deleted: their index is missing; make it with: npm run indexes");
}

/** A database that is away, or whose name cannot be resolved yet; not a wrong address or password. */
function isWaitedFor(error: unknown): boolean {
  const { syscall } = error as { syscall?: unknown };
  return toAppError(error).code === "unavailable" || (typeof syscall === "string" && syscall.startsWith("query"));
}
