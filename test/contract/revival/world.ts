import { randomBytes } from "node:crypto";
import { type Collection, type Document, type MongoClient, ObjectId } from "mongodb";
import { createIndexes } from "../../../infra/indexes.ts";
import type { Config } from "../../../shared/config.ts";
import { type Database, openDatabase } from "../../../shared/database.ts";
import { nameFields, type UserRecord } from "../../../shared/models/user.ts";
import { signedValue } from "../../../shared/session/cookie.ts";
import { testConfig } from "../../helpers/config.ts";
import { cheapHash } from "./kinds.ts";
import { latchMethod } from "./latch.ts";

/** A database of its own whose reads and writes are latched, and people in it who are signed in. */
export interface World extends AsyncDisposable {
  config: Config;
  database: Database;
  client: MongoClient;
  users: Collection<UserRecord>;
  sessions: Collection<Document & { _id: string; session: string }>;
  /** A new user, and the cookie of a session of theirs that nothing has touched for long. */
  signedIn(): Promise<{ user: string; username: string; key: string; cookie: string }>;
}

export async function openWorld(): Promise<World> {
  const config = testConfig({ PASSWORD_UPGRADE: "off" });
  const database = await openDatabase(config);
  await createIndexes(database);
  // Reads of several requests share a query: each waits at a latch of its own, before and after it.
  latchMethod(database.sessions, "readKey");
  latchMethod(database.sessions, "keysOf");
  latchMethod(database, "findUser");
  const client = database.connection.getClient() as unknown as MongoClient;
  const db = client.db(database.connection.name);
  const users = db.collection<UserRecord>("users");
  const sessions: World["sessions"] = db.collection("sessions");
  const hash = cheapHash();
  return {
    config,
    database,
    client,
    users,
    sessions,
    async signedIn() {
      const _id = new ObjectId();
      const user = _id.toHexString();
      const names = { username: `u-${user}`, firstName: "Una", lastName: "Test" };
      const { idle, name, secrets } = config.session;
      const now = Date.now();
      const expires = new Date(now + idle / 2);
      const key = randomBytes(24).toString("base64url");
      const data = {
        cookie: { originalMaxAge: idle, expires, httpOnly: true, path: "/", sameSite: "lax" },
        passport: { user },
      };
      await Promise.all([
        users.insertOne({
          ...{ _id: _id as never, ...names, ...nameFields(names), displayName: names.username, password: hash },
          createdAt: new Date(now),
        }),
        sessions.insertOne({
          ...{ _id: key, session: JSON.stringify(data), expires, lastModified: new Date(now - idle / 2) },
          ...{ user, since: new Date(now - idle / 2) },
        }),
      ]);
      const cookie = `${name}=${encodeURIComponent(signedValue(key, secrets[0] as string))}`;
      return { user, username: names.username, key, cookie };
    },
    async [Symbol.asyncDispose]() {
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}
