import { type ObjectId, Timestamp } from "mongodb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Audience } from "../../realtime/delivery/audience.ts";
import { createPresenceDelivery } from "../../realtime/delivery/presence.ts";
import { pairOf } from "../../shared/friends/state.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

const [ada, ben, cleo] = ["a", "b", "c"].map((letter) => letter.repeat(24)) as [string, string, string];
const at = (i: number) => new Timestamp({ t: 1, i });
const idOf = (hex: string) => ({ toHexString: () => hex }) as ObjectId;

interface FriendsCommand {
  filter: { users: { $in: ObjectId[] } };
  readConcern: { atClusterTime: Timestamp };
}

/** A delivery on a database in which `pairs` are friends and `online` are online; each read of friends goes through `read`. */
function start() {
  let pairs = [[ada, ben]];
  const times: number[] = [];
  const asked: number[] = [];
  const read = vi.fn(async () => {});
  const friendships = {
    collection: { collectionName: "friendships" },
    db: {
      db: {
        runCursorCommand({ filter, readConcern }: FriendsCommand) {
          asked.push(filter.users.$in.length);
          times.push(readConcern.atClusterTime.getLowBits());
          // As of when it was asked.
          const found = pairs;
          const cursor = (async function* () {
            await read();
            for (const [low, high] of found as [string, string][]) {
              yield { _id: pairOf(low, high), users: [idOf(low), idOf(high)] };
            }
          })();
          return Object.assign(cursor, { setBatchSize: () => cursor });
        },
      },
    },
  };
  const presence = { collection: { aggregate: async function* () {} } };
  const session = {
    advanceOperationTime: (time: Timestamp) => times.push(time.getLowBits()),
    async endSession() {},
  };
  const told: string[] = [];
  const io = {
    sockets: { adapter: { rooms: { has: () => true } } },
    to: (rooms: string[]) => ({
      local: {
        emit: (_: string, { id, online }: { id: string; online: boolean }) =>
          rooms.map((room) => told.push(`${room.slice(-1)}: ${id[0]} ${online}`)),
      },
    }),
  };
  const audience = new Audience(friendships as never, { friendSets: { inc() {} } } as never);
  const warn = vi.fn();
  const delivery = createPresenceDelivery({
    io: io as never,
    database: {
      client: { startSession: () => session },
      models: { presence, nodes: { collection: { name: "nodes" } } },
    } as never,
    audience,
    log: { warn },
  });
  delivery.advance(at(1));
  const become = (now: string[][]) => {
    pairs = now;
  };
  return { audience, delivery, told, times, asked, read, warn, become };
}

test("friends are told, each user's once however often it was asked for meanwhile", async () => {
  const { delivery, told, read } = start();
  const latch = Promise.withResolvers<void>();
  read.mockReturnValueOnce(latch.promise);
  delivery.tell([cleo]);
  delivery.tell([ada, ada]);
  delivery.tell([ada]);
  latch.resolve();
  await vi.waitFor(() => expect(told).toEqual(["b: a false"]));
});

test("what is read for thousands is read in small parts", async () => {
  const { delivery, asked } = start();
  const users = Array.from({ length: 1_020 }, (_, n) => n.toString(16).padStart(24, "0"));
  delivery.tell(users);
  await vi.waitFor(() => expect(asked.reduce((sum, each) => sum + each, 0)).toBe(1_020));
  expect(Math.max(...asked)).toBe(50);
});

test("who is no friend any more when it is read hears nothing, and new friends do", async () => {
  const { audience, delivery, told, times, read, become } = start();
  const latch = Promise.withResolvers<void>();
  read.mockReturnValueOnce(latch.promise);
  delivery.tell([ada]);
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(1));
  // The stream goes on to where ada has another friend.
  become([[ada, cleo]]);
  delivery.advance(at(2));
  audience.forget(pairOf(ada, ben));
  latch.resolve();
  await vi.waitFor(() => expect(told).toEqual(["c: a false"]));
  expect(times).toEqual([1, 1, 2, 2]);
});

test("a set that was read before a friendship changed is not kept for comments after it", async () => {
  const { audience, delivery, read, become } = start();
  const latch = Promise.withResolvers<void>();
  read.mockReturnValueOnce(latch.promise);
  const reading = audience.of(new Set([ada]), { time: at(1), session: {} as never, isExact: true });
  become([]);
  delivery.advance(at(2));
  audience.forget(pairOf(ada, ben));
  latch.resolve();
  await reading;
  expect((await audience.of(new Set([ada]), { time: at(1), session: {} as never, isExact: true })).get(ada)).toEqual(
    new Set(),
  );
});

test("nor one that was read before the place in the stream was lost", async () => {
  const { audience, read, become } = start();
  const latch = Promise.withResolvers<void>();
  read.mockReturnValueOnce(latch.promise);
  const reading = audience.of(new Set([ada]), { time: at(1), session: {} as never, isExact: true });
  become([]);
  audience.clear();
  latch.resolve();
  await reading;
  expect((await audience.of(new Set([ada]), { time: at(1), session: {} as never, isExact: true })).get(ada)).toEqual(
    new Set(),
  );
});

test("what could not be read is tried again a second later, warned of once, and given up by a close", async () => {
  const { delivery, told, read, warn } = start();
  read.mockRejectedValue(new Error("away"));
  delivery.tell([ada]);
  await vi.advanceTimersByTimeAsync(0);
  delivery.tell([ben]);
  await vi.advanceTimersByTimeAsync(2_999);
  expect([read.mock.calls.length, warn.mock.calls.length]).toEqual([3, 1]);
  read.mockResolvedValue();
  await vi.advanceTimersByTimeAsync(1);
  await vi.waitFor(() => expect(told.toSorted()).toEqual(["a: b false", "b: a false"]));

  read.mockRejectedValue(new Error("away"));
  delivery.tell([cleo]);
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2));
  delivery.close();
  expect(vi.getTimerCount()).toBe(0);
});
