import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startBeat } from "../../realtime/changes/beat.ts";
import type { NodeModel } from "../../shared/models/node.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

type Update = [{ $set: { count: { $literal: number }; lease: unknown } }];

function start() {
  const updates: Update[] = [];
  const counts: number[] = [];
  let held = Promise.resolve();
  const nodes = {
    collection: {
      async updateOne(_: object, update: Update) {
        updates.push(update);
        counts.push(update[0].$set.count.$literal);
        await held;
      },
    },
    deleteOne: () => ({ exec: async () => {} }),
  } as unknown as NodeModel;
  return {
    beat: startBeat({ nodes, node: "here", log: {} as never }),
    updates,
    counts,
    /** Lets all writes from now on hang until they are released. */
    hold() {
      const latch = Promise.withResolvers<void>();
      held = latch.promise;
      return latch.resolve;
    },
  };
}

test("is of no age before the first one came back; beats fast at first, and ever slower where none comes", async () => {
  const { beat, counts } = start();
  expect(beat.age()).toBe(Number.POSITIVE_INFINITY);
  await vi.advanceTimersByTimeAsync(1_000);
  // At 0, 200, 420, 662 and 928 ms.
  expect(counts).toEqual([1, 2, 3, 4, 5]);
  await vi.advanceTimersByTimeAsync(299_000);
  const slow = counts.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(counts.length - slow).toBe(12);
  expect(beat.age()).toBe(Number.POSITIVE_INFINITY);
  await beat.close();
});

test("has the age of the beat that came back, however many were written since", async () => {
  const { beat, counts } = start();
  await vi.advanceTimersByTimeAsync(0);
  beat.seen("here", 1);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(counts).toEqual([1, 2, 3, 4]);
  expect(beat.age()).toBe(12_000);
  beat.seen("here", 2);
  expect(beat.age()).toBe(11_800);
  await beat.close();
});

test("is proved by this node's own beats alone", async () => {
  const { beat } = start();
  beat.seen("elsewhere", 1);
  expect(beat.age()).toBe(Number.POSITIVE_INFINITY);
  await beat.close();
});

test("grows old while a write hangs, and no other write is begun meanwhile", async () => {
  const { beat, counts, hold } = start();
  await vi.advanceTimersByTimeAsync(0);
  beat.seen("here", 1);
  const release = hold();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(counts).toEqual([1, 2]);
  expect(beat.age()).toBe(60_000);
  release();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(counts).toEqual([1, 2, 3]);
  beat.seen("here", 3);
  expect(beat.age()).toBe(0);
  await beat.close();
});

test("is written with a lease by the server's clock", async () => {
  const { beat, updates } = start();
  expect(updates).toEqual([[{ $set: { count: { $literal: 1 }, lease: { $add: ["$$NOW", 15_000] } } }]]);
  await beat.close();
});
