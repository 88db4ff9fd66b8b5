import type { Timestamp } from "mongodb";
import { Types } from "mongoose";
import { readFeed } from "../../functions/comments/feed.ts";
import { createIndexes } from "../../infra/indexes.ts";
import type { FeedPage, FeedQuery } from "../../shared/contracts/comments.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { nameFields } from "../../shared/models/user.ts";
import { secondsBefore } from "../../shared/position.ts";
import { readAt } from "../../shared/read-at.ts";
import { testConfig } from "./config.ts";

/** More friends than the server merges by itself. */
export const friendCount = 300;

export interface Written {
  author: Types.ObjectId;
  at: Timestamp;
  removedAt?: Timestamp;
}

/** A reader with many friends, on a database without comments; comments are written as they are stored. */
export interface Readership extends AsyncDisposable {
  database: Database;
  friends: readonly Types.ObjectId[];
  /** The database's time at the start. */
  now: Timestamp;
  ago(seconds: number): Timestamp;
  /** Any number names a friend. */
  friend(n: number): Types.ObjectId;
  /** Lets so many people ask the reader to be friends. */
  ask(people: number): Promise<void>;
  /** The ids of those that can be seen, in the order of the feed. */
  write(comments: readonly Written[]): Promise<string[]>;
  read(query: FeedQuery): Promise<FeedPage>;
  readAt(time: Timestamp, query: FeedQuery): Promise<FeedPage>;
}

export async function startReadership(): Promise<Readership> {
  const database = await openDatabase(testConfig());
  await createIndexes(database);
  const { users, friendships, comments } = database.models;
  const reader = new Types.ObjectId();
  const friends = Array.from({ length: friendCount }, () => new Types.ObjectId());
  await users.collection.insertMany([reader, ...friends].map(user));
  await friendships.collection.insertMany(friends.map((friend) => friendship(reader, friend, [reader, friend])));
  const timed = await users.collection.findOneAndUpdate(
    { _id: reader },
    { $currentDate: { at: { $type: "timestamp" } } },
    { returnDocument: "after" },
  );
  const now: Timestamp = timed?.at;
  const id = reader.toHexString();
  return {
    database,
    friends,
    now,
    ago: (seconds) => secondsBefore(now, seconds),
    friend: (n) => friends.at(n % friendCount) as Types.ObjectId,
    async ask(people) {
      const asking = Array.from({ length: people }, () => new Types.ObjectId());
      await friendships.collection.insertMany(asking.map((other) => friendship(reader, other, [other])));
    },
    async write(written) {
      const records = written.map((each, n) => ({
        _id: new Types.ObjectId(),
        ...each,
        ...(each.removedAt ? {} : { body: `${n}` }),
      }));
      await comments.collection.insertMany(records as never[]);
      return records
        .filter(({ removedAt }) => !removedAt)
        .sort((a, b) => b.at.compare(a.at) || (a._id.toHexString() < b._id.toHexString() ? 1 : -1))
        .map(({ _id }) => _id.toHexString());
    },
    read: (query) => readFeed(database.models, id, query),
    readAt: (time, query) => readAt(database.client, time, (session) => readFeed(database.models, id, query, session)),
    async [Symbol.asyncDispose]() {
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}

export function idsOf(page: FeedPage): string[] {
  return page.comments.map(({ id }) => id);
}

function user(_id: Types.ObjectId) {
  const names = { username: _id.toHexString(), firstName: "First", lastName: "Last" };
  return { _id, displayName: names.username, ...names, ...nameFields(names), password: "", createdAt: new Date() };
}

function friendship(reader: Types.ObjectId, other: Types.ObjectId, wants: Types.ObjectId[]): never {
  const both = [reader, other].sort((a, b) => (a.toHexString() < b.toHexString() ? -1 : 1));
  return { _id: pairOf(reader.toHexString(), other.toHexString()), users: both, wants } as never;
}
