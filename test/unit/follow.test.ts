import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Call, follow, type Script } from "../helpers/fake-stream.ts";

const historyLost = 286;
const oversize = 10334;
const steppedDown = 189;
const unknown = 8000;
const said = "the place in the change stream was lost";

const first = { call: "start", time: 0, lost: undefined };

const numbers = (calls: Call[]) => calls.flatMap((each) => (each.call === "batch" ? each.numbers : []));
const starts = (calls: Call[]) => calls.filter(({ call }) => call === "start");
const opens = (calls: Call[]) => calls.flatMap((each) => (each.call === "open" ? each.from : []));
const waits = (calls: Call[]) => calls.flatMap((each) => (each.call === "wait" ? each.milliseconds : []));
const times = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value);

describe("the change stream", () => {
  test("is followed from now on, and what it brings is handed over in order", async () => {
    const { calls, ends } = await follow({ happens: [true, true, true] });
    expect(calls).toEqual([
      { call: "open", from: 0 },
      { call: "start", time: 0, lost: undefined },
      { call: "batch", numbers: [1, 2] },
      { call: "batch", numbers: [3] },
    ]);
    expect(ends).toEqual([]);
  });

  test("goes on from its place through 50 ends that can be resumed, ever slower, and loses nothing", async () => {
    const { calls, ends } = await follow({ read: [9, ...times(50, -steppedDown)], happens: times(60, true) });
    expect(numbers(calls)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(starts(calls)).toHaveLength(1);
    expect(ends).toEqual(times(50, "resumable"));
    expect(Math.min(...waits(calls).slice(10))).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...waits(calls))).toBeLessThanOrEqual(2_000);
  });

  test("is quick again after any progress, also where nothing happened", async () => {
    const { calls } = await follow({ read: [...times(10, -steppedDown), 9, -steppedDown], happens: times(12, false) });
    expect(waits(calls).at(-1)).toBeLessThanOrEqual(100);
  });

  test("moves its place past what it does not tell of", async () => {
    const { calls } = await follow({ read: [9, 9, -steppedDown], happens: [false, false] });
    expect(opens(calls)).toEqual([0, 2]);
  });

  test("hands over again what was not taken, and only that", async () => {
    const { calls, ends } = await follow({ onBatch: [0, 50, 50, 0], happens: times(3, true) });
    expect(numbers(calls)).toEqual([1, 2, 3]);
    expect(opens(calls)).toEqual([0, 2, 2]);
    expect(ends).toEqual(["undelivered", "undelivered"]);
    expect(starts(calls)).toHaveLength(1);
  });

  test.each([historyLost, oversize, 280, 260])("starts anew, once, where the place is lost by %i", async (code) => {
    const { calls } = await follow({ read: [9, -code], happens: times(5, true) });
    // The third happened when the stream ended, the fourth before it was opened anew.
    expect(numbers(calls)).toEqual([1, 2, 5]);
    expect(starts(calls)).toEqual([first, { call: "start", time: 4, lost: said }]);
  });

  test("gives up a place that leads nowhere for no known reason after some attempts, but not one out of reach", async () => {
    for (const script of [{ read: [9, ...times(6, -unknown)] }, { onBatch: [0, ...times(6, unknown)] }]) {
      const { calls } = await follow({ ...script, happens: times(20, true) });
      expect(starts(calls)).toHaveLength(2);
    }
    const late = await follow({ open: times(9, unknown), read: [-unknown], happens: times(20, true) });
    expect(starts(late.calls)).toHaveLength(1);
    const nowAndThen = times(10, [9, -unknown]).flat();
    for (const script of [
      { read: [9, ...times(5, -unknown)] },
      { read: nowAndThen },
      { onBatch: [0, ...times(50, 50)] },
    ]) {
      const { calls } = await follow({ ...script, happens: times(20, true) });
      expect(starts(calls)).toHaveLength(1);
    }
  });

  test("says that it starts until it was heard", async () => {
    const { calls, ends } = await follow({ onStart: [0, 50, 50], read: [9, -historyLost], happens: times(3, true) });
    expect(starts(calls)).toEqual([first, { call: "start", time: 3, lost: said }]);
    expect(ends).toEqual(["historyLost", "undelivered", "undelivered"]);
    // From where it was said to start, however late that was heard.
    expect(opens(calls)).toEqual([0, 3, 3, 3]);
  });

  test("does not forget a loss that comes before the one before was heard of", async () => {
    const script = { open: [0, 0, historyLost], onStart: [0, 50], read: [9, -historyLost], happens: times(3, true) };
    const { calls, ends } = await follow(script);
    expect(ends).toEqual(["historyLost", "undelivered", "historyLost"]);
    expect(starts(calls)).toEqual([first, { call: "start", time: 3, lost: said }]);
  });

  test("goes on behind an event that invalidates it", async () => {
    const { calls, ends } = await follow({ read: [9, "invalidate"], happens: times(3, true) });
    expect(ends).toEqual(["invalidate"]);
    expect(numbers(calls)).toEqual([1, 2, 3]);
  });
});

const code = fc.constantFrom(0, 0, 0, steppedDown, 43, historyLost, 280, oversize, unknown, 50);
const scripts: fc.Arbitrary<Script> = fc.record({
  now: fc.array(code),
  open: fc.array(code),
  read: fc.array(
    fc.oneof(
      fc.nat(3),
      code.map((each) => (each === 0 ? 1 : -each)),
      fc.constant("invalidate" as const),
    ),
    { maxLength: 40 },
  ),
  onBatch: fc.array(code),
  onStart: fc.array(code),
  happens: fc.array(fc.boolean(), { maxLength: 40 }),
});

test("whatever ends it: nothing is skipped without a word, nothing is told twice, no place is kept that was not handed over", async () => {
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      const { calls, log, ends } = await follow(script);
      /** Everything up to here was handed over, or said to be lost. */
      let settled = 0;
      let isFirst = true;
      for (const each of calls) {
        if (each.call === "start") {
          if (!isFirst && each.lost === undefined) expect(each.time).toBe(settled);
          isFirst = false;
          settled = Math.max(settled, each.time);
        } else if (each.call === "batch") {
          const due = log.flatMap((isTold, i) => (isTold && i + 1 > settled ? i + 1 : []));
          expect(each.numbers).toEqual(due.slice(0, each.numbers.length));
          settled = each.numbers.at(-1) ?? settled;
        }
      }
      expect(log.slice(settled).some(Boolean)).toBe(false);
      const keepsPlace = ends.every((end) => ["resumable", "unavailable", "invalidate"].includes(end));
      if (keepsPlace) expect(starts(calls)).toHaveLength(1);
      expect(waits(calls)).toHaveLength(ends.length);
      expect(opens(calls).length).toBeLessThanOrEqual(ends.length + 1);
      expect(Math.min(50, ...waits(calls))).toBe(50);
    }),
    { numRuns: 2_000 },
  );
});
