import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Deadlines, type Warning } from "../../realtime/deadlines.ts";
import { type Connection, Connections } from "../../realtime/revocation.ts";
import type { SessionRecord } from "../../shared/session/record.ts";

const day = 86_400_000;
const lifetimes = { idle: 7 * day, absolute: 90 * day };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A connection that is watched, and whose record the test changes. */
function watched({ expiresIn, idle = lifetimes.idle }: { expiresIn: number; idle?: number }) {
  const connections = new Connections();
  const record: SessionRecord = {
    key: "key",
    user: "ada",
    data: { passport: { user: "ada" } } as never,
    expires: new Date(Date.now() + expiresIn),
    since: new Date(),
  };
  const state = { record, isAway: false, reads: 0 };
  const sessions = vi.fn(async (keys: readonly string[]) => {
    state.reads += keys.length;
    if (state.isAway) throw new Error("away");
    const isAlive = (state.record.expires as Date).getTime() > Date.now();
    for (const key of keys) connections.settle(key, isAlive ? state.record : undefined);
  });
  const deadlines = new Deadlines({ ...lifetimes, idle }, { sessions });
  const connection: Connection = connections.register("key");
  connections.identify(connection, "ada");
  const warnings: Warning[] = [];
  const ends: string[] = [];
  connection.onEnd = (reason) => {
    ends.push(reason);
    deadlines.forget(connection);
  };
  deadlines.watch(connection, record, (warning) => warnings.push(warning));
  const extend = (by: number) => {
    state.record = { ...state.record, expires: new Date((state.record.expires as Date).getTime() + by) };
  };
  return { state, sessions, deadlines, connection, warnings, ends, extend };
}

test("a session far beyond the longest timeout is left alone until its warning, and warned of once", async () => {
  const { state, sessions, warnings, ends } = watched({ expiresIn: 60 * day });
  const at = (state.record.expires as Date).toISOString();
  await vi.advanceTimersByTimeAsync(60 * day - 60_001);
  expect([state.reads, warnings, ends]).toEqual([0, [], []]);
  await vi.advanceTimersByTimeAsync(1);
  expect(warnings).toEqual([{ state: "expiring", at, reason: "idle" }]);
  await sessions(["key"]);
  await vi.advanceTimersByTimeAsync(59_999);
  expect([warnings.length, ends]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(1);
  expect([warnings.length, ends]).toEqual([1, ["expired"]]);
});

test("a session that was extended is not warned of, and a new end is warned of anew", async () => {
  const { warnings, ends, extend } = watched({ expiresIn: day });
  extend(day);
  await vi.advanceTimersByTimeAsync(day);
  expect([warnings, ends]).toEqual([[], []]);
  await vi.advanceTimersByTimeAsync(day - 30_000);
  expect(warnings).toHaveLength(1);
  extend(day);
  await vi.advanceTimersByTimeAsync(2 * day);
  expect([warnings.length, ends]).toEqual([2, ["expired"]]);
});

test("the warning comes a tenth of a short idle lifetime before the end", async () => {
  const { warnings } = watched({ expiresIn: 100_000, idle: 100_000 });
  await vi.advanceTimersByTimeAsync(89_999);
  expect(warnings).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(warnings).toHaveLength(1);
});

test("the absolute end is named as such", async () => {
  const { warnings } = watched({ expiresIn: 365 * day });
  await vi.advanceTimersByTimeAsync(lifetimes.absolute - 60_000);
  expect(warnings).toMatchObject([{ reason: "absolute" }]);
});

test("a database that is away ends nobody, and is asked again without haste", async () => {
  const { state, ends } = watched({ expiresIn: day });
  state.isAway = true;
  await vi.advanceTimersByTimeAsync(day + 20_000);
  expect(ends).toEqual([]);
  expect(state.reads).toBeLessThan(20);
  state.isAway = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(ends).toEqual(["expired"]);
});

test("what ran out is settled before a batch, though no timer has fired", async () => {
  const { state, deadlines, ends, extend } = watched({ expiresIn: day });
  await deadlines.settleLapsed();
  expect(state.reads).toBe(0);
  // As after a pause: the clock went on, the timers did not.
  vi.setSystemTime(Date.now() + day);
  state.isAway = true;
  await expect(deadlines.settleLapsed()).rejects.toThrow("away");
  state.isAway = false;
  extend(1_000);
  await deadlines.settleLapsed();
  expect(ends).toEqual([]);
  vi.setSystemTime(Date.now() + 1_000);
  await deadlines.settleLapsed();
  expect(ends).toEqual(["expired"]);
});

test("nothing is left running for a connection that is gone", () => {
  const { deadlines, connection } = watched({ expiresIn: day });
  deadlines.forget(connection);
  expect(vi.getTimerCount()).toBe(0);
});
