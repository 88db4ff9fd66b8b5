import type { Timestamp } from "mongodb";
import { Types } from "mongoose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readFeed } from "../../functions/comments/feed.ts";
import { createIndexes } from "../../infra/indexes.ts";
import type { FeedPage, FeedQuery } from "../../shared/contracts/comments.ts";
import { feedQuery } from "../../shared/contracts/comments.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { nameFields } from "../../shared/models/user.ts";
import { positionOf, secondsBefore, timestampOf } from "../../shared/position.ts";
import { readAt } from "../../shared/read-at.ts";
import { testConfig } from "../helpers/config.ts";
import { keysExamined, profiled } from "../helpers/profiled.ts";

/** More than the server merges by itself. */
const friendCount = 300;
const pageSize = 50;

let database: Database;
let now: Timestamp;
const reader = new Types.ObjectId();
const friends = Array.from({ length: friendCount }, () => new Types.ObjectId());

beforeAll(async () => {
  database = await openDatabase(testConfig());
  await createIndexes(database);
  const { users, friendships } = database.models;
  await users.collection.insertMany([reader, ...friends].map(user));
  await friendships.collection.insertMany(friends.map((friend) => friendship(friend, [reader, friend])));
  const written = await users.collection.findOneAndUpdate(
    { _id: reader },
    { $currentDate: { at: { $type: "timestamp" } } },
    { returnDocument: "after" },
  );
  now = written?.at;
});
afterAll(async () => {
  await database?.connection.dropDatabase();
  await database?.close();
});
beforeEach(() => database.models.comments.collection.deleteMany({}));
afterEach(() => vi.useRealTimers());

interface Written {
  author: Types.ObjectId;
  at: Timestamp;
  removedAt?: Timestamp;
}

async function write(comments: readonly Written[]): Promise<string[]> {
  const records = comments.map((each, n) => ({
    _id: new Types.ObjectId(),
    ...each,
    ...(each.removedAt ? {} : { body: `${n}` }),
  }));
  await database.models.comments.collection.insertMany(records as never[]);
  return records
    .filter(({ removedAt }) => !removedAt)
    .sort((a, b) => b.at.compare(a.at) || (a._id.toHexString() < b._id.toHexString() ? 1 : -1))
    .map(({ _id }) => _id.toHexString());
}

const read = (query: FeedQuery) => readFeed(database.models, reader.toHexString(), query);
const idsOf = (page: FeedPage) => page.comments.map(({ id }) => id);
const friend = (n: number) => friends.at(n % friendCount) as Types.ObjectId;
const ago = (seconds: number) => secondsBefore(now, seconds);

/** All pages, as a client asks for them. */
async function readAll(query: FeedQuery): Promise<FeedPage[]> {
  const pages = [await read(query)];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) {
    pages.push(await read({ ...query, before: feedQuery.shape.before.parse(next) }));
    if (pages.length > 1_000) throw new Error("The pages go round in circles.");
  }
  return pages;
}

describe("pages", () => {
  test("hold each comment once, in order, also where hundreds have the same time", async () => {
    const sameTime = Array.from({ length: 250 }, (_, n) => ({ author: friend(n * 7), at: ago(1_000) }));
    const others = Array.from({ length: 150 }, (_, n) => ({ author: friend(n * 11), at: ago(500 + 7 * (n % 140)) }));
    const gone = sameTime.slice(0, 100).map(({ author }) => ({ author, at: ago(1_000), removedAt: ago(900) }));
    const ids = await write([...sameTime, ...others, ...gone]);
    for (const limit of [7, 100]) {
      const pages = await readAll({ limit });
      expect(pages.flatMap(idsOf)).toEqual(ids);
      expect(pages.slice(0, -1).every((page) => page.comments.length === limit)).toBe(true);
      expect((await readAll({ limit, after: positionOf(ago(2_000)) })).flatMap(idsOf)).toEqual(ids);
    }
  });

  test("miss nobody where all who wrote last have removed it", async () => {
    const kept = friends.map((author, n) => ({ author, at: ago(1_000 + n) }));
    const gone = friends.slice(20, 280).map((author, n) => ({ author, at: ago(100 + n), removedAt: ago(50) }));
    const ids = await write([...kept, ...gone]);
    expect((await readAll({})).flatMap(idsOf)).toEqual(ids);
  });

  test("are read at a time of the cluster's, whatever they take to read", async () => {
    const ids = await write(friends.map((author, n) => ({ author, at: ago(n + 1) })));
    for (const query of [{}, { after: positionOf(ago(friendCount)) }, { before: positionOf(now) }]) {
      const asked = await profiled(database, async () => {
        const page = await readAt(database.connection, now, (session) =>
          readFeed(database.models, reader.toHexString(), query, session),
        );
        expect(idsOf(page)).toEqual(ids.slice(0, pageSize));
      });
      expect(new Set(asked.map(({ ns }) => ns.split(".")[1]))).toEqual(new Set(["friendships", "comments", "users"]));
      for (const { command } of asked) {
        expect(command).toMatchObject({ readConcern: { level: "majority", afterClusterTime: expect.anything() } });
      }
    }
    const ahead = readAt(database.connection, timestampOf("ffffffff00000000"), (session) =>
      readFeed(database.models, reader.toHexString(), {}, session),
    );
    await expect(ahead).rejects.toMatchObject({ code: 72 });
  });
});

describe("what the database reads of its indexes is bounded", () => {
  const authors = friendCount + 1;
  const bound = (count: number) => 5 * authors + 4 * count;

  test("whatever one friend wrote and removed: first page, deep page and catch-up", async () => {
    const wrote = 20_000;
    await write(
      Array.from({ length: wrote }, (_, n) => ({
        // The last one that the index comes to: a plan is chosen by what the first ones are like.
        author: friend(-1),
        at: ago(60 + n),
        ...(n < wrote / 2 && { removedAt: ago(30) }),
      })),
    );
    await write(friends.slice(0, 250).map((author, n) => ({ author, at: ago(60 + n) })));
    for (const query of [{}, { before: positionOf(ago(200)) }, { before: positionOf(ago(15_000)) }]) {
      const keys = await keysExamined(database, async () => expect(idsOf(await read(query))).toHaveLength(pageSize));
      expect(keys).toBeLessThan(bound(pageSize));
    }
    for (const seconds of [20, 9_000, 12_000, 86_000]) {
      const keys = await keysExamined(database, () => read({ after: positionOf(ago(seconds)) }));
      expect(keys).toBeLessThan(bound(limits.catchUp.comments));
    }
  });

  test("where all who wrote last have removed it", async () => {
    await write(
      friends.flatMap((author, n) =>
        Array.from({ length: 60 }, (_, k) => ({
          author,
          at: ago(100 + 400 * k + n),
          ...(k < 30 && { removedAt: ago(50) }),
        })),
      ),
    );
    const keys = await keysExamined(database, async () => expect(idsOf(await read({}))).toHaveLength(pageSize));
    expect(keys).toBeLessThan(bound(pageSize));
  });

  test("however many people ask to be friends", async () => {
    const asking = Array.from({ length: 10_000 }, () => new Types.ObjectId());
    await database.models.friendships.collection.insertMany(asking.map((id) => friendship(id, [id])));
    try {
      expect(await keysExamined(database, () => read({}))).toBeLessThan(bound(pageSize));
    } finally {
      await database.models.friendships.collection.deleteMany({ wants: { $size: 1 } });
    }
  });
});

describe("catching up", () => {
  const most = limits.catchUp.comments;
  const many = (count: number, more: Partial<Written> = {}) =>
    Array.from({ length: count }, (_, n) => ({ author: friend(n), at: ago(100), ...more }));
  const reload = { comments: [], removed: [], next: null, complete: false };

  test("holds so many comments, and with one more says so, on every page", async () => {
    const after = positionOf(ago(200));
    const ids = await write(many(most));
    const pages = await readAll({ after, limit: 100 });
    expect(pages.every(({ complete }) => complete)).toBe(true);
    expect(pages.flatMap(idsOf)).toEqual(ids);
    await write(many(1));
    expect(await read({ after })).toEqual(reload);
    expect(await read({ after, before: positionOf(ago(150)) })).toEqual(reload);
  });

  test("holds so many removals, and with one more says so", async () => {
    const after = positionOf(ago(200));
    const gone = { at: ago(80_000), removedAt: ago(100) };
    await write(many(most, gone));
    const page = await read({ after });
    expect(page).toMatchObject({ comments: [], next: null, complete: true });
    expect(new Set(page.removed.map(({ id }) => id)).size).toBe(most);
    await write(many(1, gone));
    expect(await read({ after })).toEqual(reload);
  });

  test("has no gap by a clock that is wrong: all is there, or it says that it is not", async () => {
    const day = limits.catchUp.milliseconds / 1_000;
    const ids = await write([{ author: friend(0), at: ago(day - 10) }, ...many(10)]);
    const after = (seconds: number) => positionOf(ago(day + seconds));
    for (const minutes of [-5, 0, 5]) {
      vi.useFakeTimers({ toFake: ["Date"], now: timestampSeconds(now) * 1_000 + minutes * 60_000 });
      for (const seconds of [-120, 120]) {
        const page = await read({ after: after(seconds) });
        expect(page).toEqual(seconds > -minutes * 60 ? reload : expect.objectContaining({ complete: true }));
        if (page.complete) expect(idsOf(page)).toEqual(seconds < 0 ? ids.slice(0, 10) : ids);
      }
    }
  });
});

function timestampSeconds(at: Timestamp): number {
  return at.getHighBitsUnsigned();
}

function user(_id: Types.ObjectId) {
  const names = { username: _id.toHexString(), firstName: "First", lastName: "Last" };
  return { _id, displayName: names.username, ...names, ...nameFields(names), password: "", createdAt: new Date() };
}

function friendship(other: Types.ObjectId, wants: Types.ObjectId[]): never {
  const both = [reader, other].sort((a, b) => (a.toHexString() < b.toHexString() ? -1 : 1));
  return { _id: pairOf(reader.toHexString(), other.toHexString()), users: both, wants } as never;
}
