import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startBeat } from "../../realtime/changes/beat.ts";
import type { NodeModel } from "../../shared/models/node.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

function start() {
  const counts: number[] = [];
  const nodes = {
    collection: {
      updateOne: async (_: object, [{ $set }]: [{ $set: { count: { $literal: number } } }]) =>
        void counts.push($set.count.$literal),
    },
    deleteOne: () => ({ exec: async () => {} }),
  } as unknown as NodeModel;
  return { beat: startBeat({ nodes, node: "here", log: {} as never }), counts };
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
