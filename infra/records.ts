import { type Db, Timestamp } from "mongodb";
import { Types } from "mongoose";
import type { Person } from "../shared/contracts/people.ts";
import type { Database } from "../shared/database.ts";
import { pairOf } from "../shared/friends/state.ts";
import { nameFields, normalUsername, toPerson, type UserRecord } from "../shared/models/user.ts";

/*
 * People, friendships and comments written at once, as they would be after months of use: for demonstrations, measurements
 * and tests. What is made is as Kith itself writes it.
 */

type Writable = Pick<Database, "models">;

export interface NewPerson {
  username: string;
  firstName: string;
  lastName: string;
  /** When they signed up; now, where it is absent. */
  since?: Date;
}

export interface NewComment {
  author: Pick<Person, "id">;
  body: string;
  /** To the second, and in the past by the database's clock (`databaseTime`): later comments would stand before it. */
  at: Date;
}

type Known = Pick<Person, "id">;
/** Told after each batch how many there are so far. */
type OnWritten = (count: number) => void;

const batchSize = 500;

/** The database server's clock, by which comments are in order. */
export async function databaseTime({ connection }: Pick<Database, "connection">): Promise<Date> {
  const { localTime } = await (connection.db as Db).command({ hello: 1 });
  return localTime;
}

/**
 * Writes people whose usernames nobody has. One hash (`hashPassword`) serves them all: one each is what makes signing up
 * slow. Resolves with them in their order.
 */
export async function insertPeople(
  { models }: Writable,
  people: readonly NewPerson[],
  password: string,
): Promise<Person[]> {
  const users = people.map(
    ({ username, firstName, lastName, since = new Date() }): UserRecord => ({
      _id: new Types.ObjectId(),
      username: normalUsername(username),
      displayName: username,
      firstName,
      lastName,
      ...nameFields({ username, firstName, lastName }),
      password,
      createdAt: since,
    }),
  );
  await inBatches(users, (some) => models.users.collection.insertMany(some as never[]));
  return users.map(toPerson);
}

/** Makes friends of pairs that have no friendship, request or block yet. */
export function befriend(
  { models }: Writable,
  pairs: readonly (readonly [Known, Known])[],
  onWritten?: OnWritten,
): Promise<void> {
  return insertPairs(
    models,
    pairs.map(([a, b]) => ({ between: [a, b], wants: [a, b] })),
    onWritten,
  );
}

/** Makes requests that wait for an answer: the first of each pair asked the second. Nothing is between them yet. */
export function askFriends({ models }: Writable, requests: readonly (readonly [Known, Known])[]): Promise<void> {
  return insertPairs(
    models,
    requests.map(([asking, asked]) => ({ between: [asking, asked], wants: [asking] })),
  );
}

/**
 * Writes comments of the past. Who comes back does not meet them by catching up, which goes forward: befriend the authors
 * afterwards, and their history is read whole.
 */
export function insertComments(
  { models }: Writable,
  comments: readonly NewComment[],
  onWritten?: OnWritten,
): Promise<void> {
  // As the database counts within a second: no two have the same place.
  const records = comments.map(({ author, body, at }, i) => ({
    author: new Types.ObjectId(author.id),
    body,
    at: new Timestamp({ t: Math.floor(at.getTime() / 1_000), i: i + 1 }),
  }));
  const { collection } = models.comments;
  return inBatches(records, (some) => collection.insertMany(some as never[], { ordered: false }), onWritten);
}

function insertPairs(
  models: Database["models"],
  pairs: readonly { between: readonly [Known, Known]; wants: readonly Known[] }[],
  onWritten?: OnWritten,
): Promise<void> {
  const records = pairs.map(({ between: [a, b], wants }) => ({
    _id: pairOf(a.id, b.id),
    users: [a.id, b.id].sort().map((id) => new Types.ObjectId(id)),
    wants: wants.map(({ id }) => new Types.ObjectId(id)),
  }));
  return inBatches(records, (some) => models.friendships.collection.insertMany(some as never[]), onWritten);
}

async function inBatches<Each>(
  all: readonly Each[],
  write: (some: Each[]) => Promise<unknown>,
  onWritten?: OnWritten,
): Promise<void> {
  for (let i = 0; i < all.length; i += batchSize) {
    await write(all.slice(i, i + batchSize));
    onWritten?.(Math.min(i + batchSize, all.length));
  }
}
