import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startBeat } from "../../realtime/changes/beat.ts";
import { isAlive, type NodeModel } from "../../shared/models/node.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

const figures = { status: "ready", sockets: 2, users: 1, streamAge: 5, reopens: 0, resyncs: 0, cuts: 0 } as const;

type Update = [{ $set: { count: { $literal: number }; lease: unknown } }];

function start() {
  const counts: number[] = [];
  const born: string[] = [];
  const updateOne = vi.fn(async (_: object, [{ $set }]: Update) => {
    counts.push($set.count.$literal);
    return { matchedCount: 1 };
  });
  const nodes = { collection: { updateOne }, deleteOne: () => ({ exec: async () => {} }) } as unknown as NodeModel;
  const names = ["here", "anew"];
  const beat = startBeat({
    nodes,
    name: () => names.shift() as string,
    figures: async () => figures,
    onBorn: (node) => born.push(node),
    log: { warn() {} } as never,
  });
  /** Lets all writes from now on hang until they are released. */
  const hold = () => {
    const latch = Promise.withResolvers<void>();
    updateOne.mockImplementation(async (_, [{ $set }]) => {
      counts.push($set.count.$literal);
      await latch.promise;
      return { matchedCount: 1 };
    });
    return latch.resolve;
  };
  const lapse = () => updateOne.mockImplementationOnce(async () => ({ matchedCount: 0 }));
  return { beat, counts, born, updateOne, lapse, hold };
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

test("goes on at once under another name, made anew, when it finds its lease ended", async () => {
  const { beat, born, updateOne, lapse } = start();
  await vi.advanceTimersByTimeAsync(0);
  beat.seen("here", 1);
  await vi.advanceTimersByTimeAsync(200);
  lapse();
  await vi.advanceTimersByTimeAsync(5_001);
  const filters = updateOne.mock.calls.map(([filter]) => filter);
  const options = updateOne.mock.calls.map(([, , given]: unknown[]) => given);
  expect(born).toEqual(["here", "anew"]);
  expect(filters).toEqual([{ _id: "here" }, { _id: "here", ...isAlive }, { _id: "here", ...isAlive }, { _id: "anew" }]);
  expect(options).toMatchObject([{ upsert: true }, { upsert: false }, { upsert: false }, { upsert: true }]);
  await vi.advanceTimersByTimeAsync(1_000);
  beat.seen("here", 3);
  expect(beat.age()).toBe(6_201);
  beat.seen("anew", 4);
  expect(beat.age()).toBe(1_000);
  await beat.close();
});

test("that could not be written is tried again sooner", async () => {
  const { beat, counts, updateOne } = start();
  await vi.advanceTimersByTimeAsync(0);
  beat.seen("here", 1);
  await vi.advanceTimersByTimeAsync(200);
  updateOne.mockImplementationOnce(() => Promise.reject(new Error("away")));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(counts).toEqual([1, 2]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(counts).toEqual([1, 2, 4]);
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

test("is written with what the node tells of itself, and with times by the server's clock", async () => {
  const { beat, updateOne } = start();
  await vi.advanceTimersByTimeAsync(0);
  const [, update] = updateOne.mock.calls[0] ?? [];
  const times = { since: { $ifNull: ["$since", "$$NOW"] }, beatAt: "$$NOW", lease: { $add: ["$$NOW", 20_000] } };
  expect(update).toEqual([{ $set: { count: { $literal: 1 }, ...times, figures: { $literal: figures } } }]);
  await beat.close();
});
