import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { limits } from "../../shared/contracts/limits.ts";
import { positionOf } from "../../shared/position.ts";
import { keysExamined } from "../helpers/profiled.ts";
import { friendCount, idsOf, type Readership, startReadership } from "../helpers/readership.ts";

const pageSize = limits.commentsPage.default;

let world: Readership;
beforeAll(async () => {
  world = await startReadership();
});
afterAll(() => world?.[Symbol.asyncDispose]());
beforeEach(() => world.database.models.comments.collection.deleteMany({}));

describe("what the database reads of its indexes is bounded", () => {
  const authors = friendCount + 1;
  const bound = (count: number) => 5 * authors + 4 * count;

  test("whatever one friend wrote and removed: first page, deep page and catch-up", async () => {
    const wrote = 20_000;
    await world.write(
      Array.from({ length: wrote }, (_, n) => ({
        // The last one that the index comes to: a plan is chosen by what the first ones are like.
        author: world.friend(-1),
        at: world.ago(60 + n),
        ...(n < wrote / 2 && { removedAt: world.ago(30) }),
      })),
    );
    await world.write(world.friends.slice(0, 250).map((author, n) => ({ author, at: world.ago(60 + n) })));
    for (const query of [{}, { before: positionOf(world.ago(200)) }, { before: positionOf(world.ago(15_000)) }]) {
      const keys = await keysExamined(world.database, async () =>
        expect(idsOf(await world.read(query))).toHaveLength(pageSize),
      );
      expect(keys).toBeLessThan(bound(pageSize));
    }
    for (const seconds of [20, 9_000, 12_000, 86_000]) {
      const keys = await keysExamined(world.database, () => world.read({ after: positionOf(world.ago(seconds)) }));
      expect(keys).toBeLessThan(bound(limits.catchUp.comments));
    }
  });

  test("where all who wrote last have removed it", async () => {
    await world.write(
      world.friends.flatMap((author, n) =>
        Array.from({ length: 60 }, (_, k) => ({
          author,
          at: world.ago(100 + 400 * k + n),
          ...(k < 30 && { removedAt: world.ago(50) }),
        })),
      ),
    );
    const keys = await keysExamined(world.database, async () =>
      expect(idsOf(await world.read({}))).toHaveLength(pageSize),
    );
    expect(keys).toBeLessThan(bound(pageSize));
  });

  test("however many people ask to be friends", async () => {
    await world.ask(10_000);
    expect(await keysExamined(world.database, () => world.read({}))).toBeLessThan(bound(pageSize));
  });
});
