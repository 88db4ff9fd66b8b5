import { Types } from "mongoose";
import type { Config } from "../../shared/config.ts";
import type { Person } from "../../shared/contracts/people.ts";
import type { Database } from "../../shared/database.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { nameFields, toPerson, type UserRecord } from "../../shared/models/user.ts";
import { signedValue } from "../../shared/session/cookie.ts";

/** Someone who is signed in. */
export interface Account {
  person: Person;
  /** The Cookie header. */
  cookie: string;
}

/** Signs so many new people in, without the cost of a password each. */
export async function createAccounts(database: Database, config: Config, count: number): Promise<Account[]> {
  const users = Array.from({ length: count }, (): UserRecord => {
    const id = new Types.ObjectId();
    const names = { username: `p-${id.toHexString()}`, firstName: "Test", lastName: id.toHexString() };
    const password = "nobody signs in with it";
    return { _id: id, displayName: names.username, ...names, ...nameFields(names), password, createdAt: new Date() };
  });
  await database.models.users.collection.insertMany(users as never[]);
  return Promise.all(
    users.map(async (user) => {
      const person = toPerson(user);
      const sid = crypto.randomUUID();
      await saveSession(database, sid, person.id, config.session.idle);
      const value = signedValue(sid, config.session.secrets[0] as string);
      return { person, cookie: `${config.session.name}=${encodeURIComponent(value)}` };
    }),
  );
}

function saveSession({ sessions }: Database, sid: string, user: string, idle: number): Promise<void> {
  const expires = new Date(Date.now() + idle);
  const cookie = { originalMaxAge: idle, expires, httpOnly: true, path: "/", sameSite: "lax" as const, secure: false };
  return new Promise((resolve, reject) => {
    sessions.set(sid, { cookie, passport: { user } } as never, (error) => (error ? reject(error) : resolve()));
  });
}

export async function makeFriends({ models }: Database, pairs: readonly (readonly [string, string])[]): Promise<void> {
  if (pairs.length === 0) return;
  const documents = pairs.map(([a, b]) => {
    const both = [a, b].sort().map((id) => new Types.ObjectId(id));
    return { _id: pairOf(a, b), users: both, wants: both };
  });
  await models.friendships.collection.insertMany(documents as never[]);
}
