import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createResyncs } from "../../realtime/resyncs.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => vi.useRealTimers());

function start(roundLength: number) {
  const rounds: string[] = [];
  const counted: object[] = [];
  const resyncs = createResyncs({
    startAnew(reason) {
      rounds.push(reason);
      return roundLength;
    },
    metrics: { resyncs: { inc: (labels: object) => void counted.push(labels) } } as never,
  });
  return { resyncs, rounds, counted };
}

test("starts the first round at once, and one more for all that comes before it is over", async () => {
  const { resyncs, rounds, counted } = start(0);
  resyncs.request("a");
  expect(rounds).toEqual(["a"]);
  for (let i = 0; i < 1_000; i++) resyncs.request("b");
  await vi.advanceTimersByTimeAsync(1_999);
  expect(rounds).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(rounds).toEqual(["a", "b"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rounds).toEqual(["a", "b"]);
  expect(counted).toEqual([{ reason: "a" }, { reason: "b" }]);
});

test("does not start a round while the one before is still being told", async () => {
  const { resyncs, rounds } = start(10_000);
  resyncs.request("a");
  await vi.advanceTimersByTimeAsync(9_000);
  resyncs.request("b");
  await vi.advanceTimersByTimeAsync(999);
  expect(rounds).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(rounds).toEqual(["a", "b"]);
});

test("follows each request of a flood by a round, and starts few", async () => {
  const { resyncs, rounds } = start(0);
  for (let elapsed = 0; elapsed < 9_000; elapsed += 10) {
    resyncs.request("flood");
    await vi.advanceTimersByTimeAsync(10);
  }
  // At 0, 2, 4, 6 and 8 s, and once more for what came since.
  expect(rounds).toHaveLength(5);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rounds).toHaveLength(6);
});

test("tells of a gap at once, also while a round is being told, and the one that waits is told with it", async () => {
  const { resyncs, rounds } = start(10_000);
  resyncs.request("a");
  resyncs.request("b");
  resyncs.tell("lost");
  expect(rounds).toEqual(["a", "lost"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rounds).toEqual(["a", "lost"]);
});
