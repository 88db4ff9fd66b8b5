import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createGate } from "../../realtime/gate.ts";
import { createRecheck } from "../../realtime/recheck.ts";
import { Connections } from "../../realtime/revocation.ts";
import { startSweep } from "../../realtime/sweep.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const log = { debug() {}, info() {}, error() {}, warn: vi.fn() };

describe("the sweep", () => {
  test("runs every 15 s, never beside itself, and not once it is closed", async () => {
    let latch = Promise.withResolvers<void>();
    const all = vi.fn(() => latch.promise);
    const sweep = startSweep({ recheck: { all }, log: log as never });
    await vi.advanceTimersByTimeAsync(14_999);
    expect(all).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(all).toHaveBeenCalledTimes(1);
    latch.resolve();
    latch = Promise.withResolvers<void>();
    await vi.advanceTimersByTimeAsync(0);
    expect(all).toHaveBeenCalledTimes(2);
    sweep.close();
    latch.resolve();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(all).toHaveBeenCalledTimes(2);
  });

  test("warns once an outage", async () => {
    const all = vi.fn(() => Promise.reject(new Error("away")));
    const sweep = startSweep({ recheck: { all }, log: log as never });
    await vi.advanceTimersByTimeAsync(45_000);
    expect([all.mock.calls.length, log.warn.mock.calls.length]).toEqual([3, 1]);
    all.mockImplementationOnce(() => Promise.resolve() as never);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(log.warn).toHaveBeenCalledTimes(2);
    sweep.close();
  });
});

describe("a recheck", () => {
  function many(count: number) {
    const connections = new Connections();
    for (let i = 0; i < count; i++) connections.identify(connections.register(`key${i}`), `user${i % 3}`);
    return connections;
  }

  test("reads at most 500 sessions at a time, and each user once", async () => {
    const connections = many(1_200);
    let open = 0;
    let most = 0;
    const readKey = vi.fn(async (key: string) => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      return { key, data: { passport: { user: `user${Number(key.slice(3)) % 3}` } } } as never;
    });
    const findUser = vi.fn(async () => ({}) as never);
    await createRecheck(connections, { sessions: { readKey }, users: { findById: findUser } }).all();
    expect([readKey.mock.calls.length, most, findUser.mock.calls.length]).toEqual([1_200, 500, 3]);
  });

  test("that cannot read stops at the first batch, and ends nobody", async () => {
    const connections = many(1_200);
    const ends = vi.spyOn(connections, "end");
    const readKey = vi.fn(() => Promise.reject(new Error("away")));
    const recheck = createRecheck(connections, { sessions: { readKey }, users: { findById: vi.fn() } });
    await expect(recheck.all()).rejects.toThrow("away");
    expect([readKey.mock.calls.length, ends.mock.calls.length]).toEqual([500, 0]);
  });
});

describe("the gate", () => {
  function gated() {
    const recheck = { sessions: vi.fn(), users: vi.fn(), all: vi.fn(() => Promise.resolve()) };
    const settleLapsed = vi.fn(() => Promise.resolve());
    const gate = createGate({
      recheck,
      deadlines: { settleLapsed },
      connections: { hasUser: (id) => id === "here" },
    });
    return { recheck, settleLapsed, gate };
  }

  test("rechecks everybody before the first batch after a silence, also where that has to be tried again", async () => {
    const { recheck, gate } = gated();
    await vi.advanceTimersByTimeAsync(15_000);
    await gate.pass([]);
    gate.passed();
    expect(recheck.all).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(15_001);
    recheck.all.mockImplementationOnce(() => Promise.reject(new Error("away")));
    await expect(gate.pass([])).rejects.toThrow("away");
    await gate.pass([]);
    gate.passed();
    await gate.pass([]);
    expect(recheck.all).toHaveBeenCalledTimes(2);
  });

  test("notices that the machine slept, when the steady clock stood still", async () => {
    const { recheck, gate } = gated();
    vi.setSystemTime(Date.now() + 60_000);
    await gate.pass([]);
    expect(recheck.all).toHaveBeenCalledTimes(1);
  });

  test("lets nothing overtake a deadline, nor the change of a user who is here", async () => {
    const { recheck, settleLapsed, gate } = gated();
    await gate.pass([
      { kind: "person", id: "here", isRenamed: false },
      { kind: "person", id: "away", isRenamed: true },
      { kind: "person", id: "here", isRenamed: false },
    ]);
    expect([settleLapsed.mock.calls.length, recheck.users.mock.calls]).toEqual([1, [[["here"]]]]);
    settleLapsed.mockImplementationOnce(() => Promise.reject(new Error("away")));
    await expect(gate.pass([])).rejects.toThrow("away");
  });
});
