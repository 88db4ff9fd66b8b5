import { ObjectId } from "mongodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createPresence } from "../../realtime/presence.ts";
import type { PresenceModel } from "../../shared/models/presence.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

interface Operation {
  updateOne?: { filter: { _id: string } };
  deleteOne?: { filter: { _id: string } };
}

const [ada, ben] = ["a", "b"].map((letter) => letter.repeat(24)) as [string, string];

/** A gatherer whose writes are kept; they go as `write` says. */
function start() {
  const writes: string[][] = [];
  const write = vi.fn(async () => {});
  const removed: string[] = [];
  const deleteMany = vi.fn(async ({ node }: { node: string }) => void removed.push(node));
  const bulkWrite = (operations: Operation[]) => {
    writes.push(
      operations.map(({ updateOne, deleteOne }) =>
        updateOne ? `+${updateOne.filter._id}` : `-${deleteOne?.filter._id}`,
      ),
    );
    return write();
  };
  const warn = vi.fn();
  const presence = createPresence({
    presence: { collection: { bulkWrite }, deleteMany } as unknown as PresenceModel,
    log: { warn },
  });
  return { presence, writes, write, removed, warn };
}

describe("who has sockets here", () => {
  test("is written for all who come within 50 ms together, and 500 at most at once", async () => {
    const { presence, writes } = start();
    presence.born("here");
    for (let n = 0; n < 1_200; n++) presence.came(new ObjectId().toHexString());
    await vi.advanceTimersByTimeAsync(50);
    expect(writes.map(({ length }) => length)).toEqual([500, 500, 200]);
    expect(new Set(writes.flat()).size).toBe(1_200);
  });

  test("is written only once the node has a name", async () => {
    const { presence, writes } = start();
    presence.came(ada);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(writes).toEqual([]);
    presence.born("here");
    await vi.advanceTimersByTimeAsync(0);
    expect(writes).toEqual([[`+${ada}:here`]]);
  });

  test("stays written for 5 s after the last socket, and is not written again by who is back by then", async () => {
    const { presence, writes } = start();
    presence.born("here");
    presence.came(ada);
    await vi.advanceTimersByTimeAsync(50);
    presence.left(ada);
    await vi.advanceTimersByTimeAsync(4_999);
    presence.came(ada);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(writes).toEqual([[`+${ada}:here`]]);
    presence.left(ada);
    await vi.advanceTimersByTimeAsync(5_049);
    expect(writes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(writes[1]).toEqual([`-${ada}:here`]);
  });

  test("is written as it is wanted last, once the database takes it; warned of once an outage", async () => {
    const { presence, writes, write, warn } = start();
    write.mockRejectedValue(new Error("away"));
    presence.born("here");
    presence.came(ada);
    presence.came(ben);
    await vi.advanceTimersByTimeAsync(2_500);
    presence.left(ada);
    await vi.advanceTimersByTimeAsync(5_000);
    write.mockResolvedValue();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(writes.at(-1)?.toSorted()).toEqual([`+${ben}:here`, `-${ada}:here`]);
    const { length } = writes;
    // Each second, and not more often.
    expect(length).toBeLessThanOrEqual(10);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([writes.length, warn.mock.calls.length]).toEqual([length, 1]);
  });

  test("is not waited for by what changes while it is being written, which is written after it", async () => {
    const { presence, writes, write } = start();
    const latch = Promise.withResolvers<void>();
    write.mockReturnValueOnce(latch.promise);
    presence.born("here");
    presence.came(ada);
    await vi.advanceTimersByTimeAsync(50);
    presence.left(ada);
    presence.came(ben);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(writes).toEqual([[`+${ada}:here`]]);
    latch.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(writes[1]?.toSorted()).toEqual([`+${ben}:here`, `-${ada}:here`]);
  });

  test("is written anew, by its new name, for all of a node that is born again", async () => {
    const { presence, writes, write } = start();
    presence.born("here");
    presence.came(ada);
    await vi.advanceTimersByTimeAsync(50);
    const latch = Promise.withResolvers<void>();
    write.mockReturnValueOnce(latch.promise);
    presence.came(ben);
    await vi.advanceTimersByTimeAsync(50);
    // While the other name is still being written.
    presence.born("anew");
    latch.resolve();
    await vi.advanceTimersByTimeAsync(50);
    expect(writes.slice(1)).toEqual([[`+${ben}:here`], [`+${ada}:anew`, `+${ben}:anew`]]);
  });
});

describe("a node that closes", () => {
  test("removes what it wrote, after what is being written, and writes nothing any more", async () => {
    const { presence, writes, write, removed } = start();
    const latch = Promise.withResolvers<void>();
    write.mockReturnValueOnce(latch.promise);
    presence.born("here");
    presence.came(ada);
    await vi.advanceTimersByTimeAsync(50);
    presence.left(ada);
    presence.came(ben);
    const closed = presence.close();
    presence.left(ben);
    presence.born("anew");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(removed).toEqual([]);
    latch.resolve();
    await closed;
    expect(removed).toEqual(["here"]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([writes.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test("waits 2 s at most for a database that hangs", async () => {
    const { presence, write, removed, warn } = start();
    write.mockReturnValueOnce(new Promise(() => {}));
    presence.born("here");
    presence.came(ada);
    await vi.advanceTimersByTimeAsync(50);
    const closed = presence.close();
    await vi.advanceTimersByTimeAsync(2_000);
    await closed;
    expect([removed, warn.mock.calls.length]).toEqual([[], 1]);
  });
});
