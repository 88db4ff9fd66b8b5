import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type FeedPage, type FeedQuery, feedQuery } from "../../shared/contracts/comments.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { positionOf, timestampOf } from "../../shared/position.ts";
import { profiled } from "../helpers/profiled.ts";
import { friendCount, idsOf, type Readership, startReadership, type Written } from "../helpers/readership.ts";

let world: Readership;
beforeAll(async () => {
  world = await startReadership();
});
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => world.database.models.comments.collection.deleteMany({}));
afterEach(() => vi.useRealTimers());

/** All pages, as a client asks for them. */
async function readAll(query: FeedQuery): Promise<FeedPage[]> {
  const pages = [await world.read(query)];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) {
    pages.push(await world.read({ ...query, before: feedQuery.shape.before.parse(next) }));
    if (pages.length > 1_000) throw new Error("The pages go round in circles.");
  }
  return pages;
}

test("a page holds nothing that was written by somebody who was no friend any more", async () => {
  const { comments, friendships } = world.database.models;
  const former = world.friend(0);
  await world.write([{ author: former, at: world.ago(3) }]);
  const kept = await world.write([{ author: world.friend(1), at: world.ago(2) }]);
  const find = comments.collection.find.bind(comments.collection);
  const unfriended = vi.spyOn(comments.collection, "find").mockImplementationOnce((...args) => {
    const cursor = find(...(args as Parameters<typeof find>));
    const toArray = cursor.toArray.bind(cursor);
    // The friends have been read, and the comments have not.
    cursor.toArray = async () => {
      await friendships.collection.updateOne({ users: former }, { $set: { wants: [] } });
      await world.write([{ author: former, at: world.ago(1) }]);
      return toArray();
    };
    return cursor as never;
  });
  try {
    expect(idsOf(await world.read({}))).toEqual(kept);
    expect(unfriended).toHaveBeenCalled();
  } finally {
    unfriended.mockRestore();
    const { users } = (await friendships.collection.findOne({ users: former })) as unknown as { users: never[] };
    await friendships.collection.updateOne({ users: former }, { $set: { wants: users } });
  }
});

describe("pages", () => {
  test("hold each comment once, in order, also where hundreds have the same time", async () => {
    const sameTime = Array.from({ length: 250 }, (_, n) => ({ author: world.friend(n * 7), at: world.ago(1_000) }));
    const others = Array.from({ length: 150 }, (_, n) => ({
      author: world.friend(n * 11),
      at: world.ago(500 + 7 * (n % 140)),
    }));
    const gone = sameTime
      .slice(0, 100)
      .map(({ author }) => ({ author, at: world.ago(1_000), removedAt: world.ago(900) }));
    const ids = await world.write([...sameTime, ...others, ...gone]);
    for (const limit of [7, 100]) {
      const pages = await readAll({ limit });
      expect(pages.flatMap(idsOf)).toEqual(ids);
      expect(pages.slice(0, -1).every((page) => page.comments.length === limit)).toBe(true);
      expect((await readAll({ limit, after: positionOf(world.ago(2_000)) })).flatMap(idsOf)).toEqual(ids);
    }
  });

  test("miss nobody where all who wrote last have removed it", async () => {
    const kept = world.friends.map((author, n) => ({ author, at: world.ago(1_000 + n) }));
    const gone = world.friends
      .slice(20, 280)
      .map((author, n) => ({ author, at: world.ago(100 + n), removedAt: world.ago(50) }));
    const ids = await world.write([...kept, ...gone]);
    expect((await readAll({})).flatMap(idsOf)).toEqual(ids);
  });

  test("are read at a time of the cluster's, whatever they take to read", async () => {
    const ids = await world.write(world.friends.map((author, n) => ({ author, at: world.ago(n + 1) })));
    for (const query of [{}, { after: positionOf(world.ago(friendCount)) }, { before: positionOf(world.now) }]) {
      const asked = await profiled(world.database, async () => {
        const page = await world.readAt(world.now, query);
        expect(idsOf(page)).toEqual(ids.slice(0, limits.commentsPage.default));
      });
      expect(new Set(asked.map(({ ns }) => ns.split(".")[1]))).toEqual(new Set(["friendships", "comments", "users"]));
      for (const { command } of asked) {
        expect(command).toMatchObject({ readConcern: { level: "majority", afterClusterTime: expect.anything() } });
      }
    }
    const ahead = world.readAt(timestampOf("ffffffff00000000"), {});
    await expect(ahead).rejects.toMatchObject({ code: 72 });
  });
});

describe("catching up", () => {
  const most = limits.catchUp.comments;
  const many = (count: number, more: Partial<Written> = {}) =>
    Array.from({ length: count }, (_, n) => ({ author: world.friend(n), at: world.ago(100), ...more }));
  const reload = { comments: [], removed: [], next: null, complete: false };

  test("holds so many comments, and with one more says so, on every page", async () => {
    const after = positionOf(world.ago(200));
    const ids = await world.write(many(most));
    const pages = await readAll({ after, limit: 100 });
    expect(pages.every(({ complete }) => complete)).toBe(true);
    expect(pages.flatMap(idsOf)).toEqual(ids);
    await world.write(many(1));
    expect(await world.read({ after })).toEqual(reload);
    expect(await world.read({ after, before: positionOf(world.ago(150)) })).toEqual(reload);
  });

  test("holds so many removals, and with one more says so", async () => {
    const after = positionOf(world.ago(200));
    const gone = { at: world.ago(80_000), removedAt: world.ago(100) };
    await world.write(many(most, gone));
    const page = await world.read({ after });
    expect(page).toMatchObject({ comments: [], next: null, complete: true });
    expect(new Set(page.removed.map(({ id }) => id)).size).toBe(most);
    await world.write(many(1, gone));
    expect(await world.read({ after })).toEqual(reload);
  });

  test("has no gap by a clock that is wrong: all is there, or it says that it is not", async () => {
    const day = limits.catchUp.milliseconds / 1_000;
    const ids = await world.write([{ author: world.friend(0), at: world.ago(day - 10) }, ...many(10)]);
    const after = (seconds: number) => positionOf(world.ago(day + seconds));
    for (const minutes of [-5, 0, 5]) {
      vi.useFakeTimers({ toFake: ["Date"], now: world.now.getHighBitsUnsigned() * 1_000 + minutes * 60_000 });
      for (const seconds of [-120, 120]) {
        const page = await world.read({ after: after(seconds) });
        expect(page).toEqual(seconds > -minutes * 60 ? reload : expect.objectContaining({ complete: true }));
        if (page.complete) expect(idsOf(page)).toEqual(seconds < 0 ? ids.slice(0, 10) : ids);
      }
    }
  });
});

test("without any index, as before they are made, a page is only slower", async () => {
  await using bare = await startReadership();
  const { comments, friendships } = bare.database.models;
  await Promise.all([comments.collection.dropIndexes(), friendships.collection.dropIndexes()]);
  const ids = await bare.write(bare.friends.map((author, n) => ({ author, at: bare.ago(n + 1) })));
  expect(idsOf(await bare.read({ limit: 20 }))).toEqual(ids.slice(0, 20));
  expect(idsOf(await bare.read({ limit: 20, after: positionOf(bare.ago(1_000)) }))).toEqual(ids.slice(0, 20));
});
