import { ObjectId, Timestamp } from "mongodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createIndexes } from "../../infra/indexes.ts";
import type { Server } from "../../infra/load/server.ts";
import { until } from "../helpers/until.ts";
import { type FaultWorld, startFaultWorld, sumOf, textOf } from "./harness.ts";

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
  // A write of 16 MB does not fit into the cache that a mongod of ours is given.
  const larger = { setParameter: 1, wiredTigerEngineRuntimeConfig: "cache_size=1G" };
  await Promise.all(world.set.members.map((member) => member.admin(larger)));
});
afterAll(() => world?.[Symbol.asyncDispose]());

const counts = (name: string) => Promise.all(world.nodes.map(async (node) => sumOf(await node.metrics(), name)));
const resyncs = () => counts("kith_resyncs_total");
const ended = (how: string) => counts(`kith_stream_reopens_total{end="${how}"}`);
/** Waits until a count of each node is larger than before, and says by how much. */
async function grownBy(count: () => Promise<number[]>, before: readonly number[], what: string): Promise<number[]> {
  const growth = async () => (await count()).map((now, i) => now - (before[i] ?? 0));
  return until(
    async () => {
      const grown = await growth();
      return grown.every((by) => by > 0) ? grown : undefined;
    },
    { timeout: 30_000, what },
  );
}
const saidSo = (nodes: readonly Server[], text: string) => nodes.every(({ output }) => output.includes(text));
const db = () => world.load.database.connection.getClient().db("kith-own");

test.each([
  ["dropped", () => db().collection("outbox").drop()],
  ["renamed", () => db().renameCollection("outbox", "outbox-before", { dropTarget: true })],
])("fault 7: a collection is %s", async (what, change) => {
  const outcome = await world.during(async () => {
    await db()
      .collection("outbox")
      .insertOne({ event: "none", to: { session: "nobody" }, expires: new Date() });
    const before = await resyncs();
    await change();
    await grownBy(resyncs, before, "every node to let its sockets load anew");
  });
  expect(saidSo(world.nodes, "a whole collection was dropped or renamed")).toBe(true);
  world.report(`fault 7, a collection was ${what}: the stream went on; ${textOf(outcome)}`);
  expect(await ended("invalidate")).toEqual(world.nodes.map(() => 0));
});

test("fault 8: a document of nearly 16 MB", async () => {
  const reopened = await counts("kith_stream_reopens_total");
  const outcome = await world.during(async () => {
    const before = await resyncs();
    const _id = new ObjectId();
    const at = Timestamp.fromBits(1, 1);
    const body = "x".repeat(16 * 1024 * 1024 - 1_000);
    await db().collection("comments").insertOne({ _id, author: new ObjectId(), body, at });
    await grownBy(resyncs, before, "every node to let its sockets load anew");
    await db().collection("comments").deleteOne({ _id });
  });
  expect(saidSo(world.nodes, "changes could not be read")).toBe(true);
  world.report(`fault 8, a document of nearly 16 MB: passed over, the stream went on; ${textOf(outcome)}`);
  expect(await counts("kith_stream_reopens_total")).toEqual(reopened);
});

test("fault 8: an event larger than any answer", async () => {
  let ends: number[] = [];
  const outcome = await world.during(async () => {
    const [before, endsBefore] = [await resyncs(), await ended("oversize")];
    // Each event's token holds the document's key, at twice its length; a longer one would not fit into the oplog.
    const _id = "x".repeat(8_390_000);
    await db().collection<{ _id: string }>("outbox").insertOne({ _id });
    await grownBy(resyncs, before, "every node to let its sockets load anew");
    ends = await grownBy(() => ended("oversize"), endsBefore, "the streams to end");
    await db().collection<{ _id: string }>("outbox").deleteOne({ _id });
  });
  world.report(`fault 8, an event of more than 16 MB: streams ended ${ends.join(" and ")} times; ${textOf(outcome)}`);
});

test("fault 7: the whole database is dropped, and put back", async () => {
  const before = await ended("invalidate");
  const { load } = world;
  for (const device of load.devices.splice(0)) device[Symbol.dispose]();
  const names = ["users", "sessions", "friendships", "comments"];
  const kept = await Promise.all(names.map((name) => db().collection(name).find().toArray()));
  await db().dropDatabase();
  const ends = await grownBy(() => ended("invalidate"), before, "the streams to end");
  await createIndexes(load.database);
  for (const [i, name] of names.entries())
    await db()
      .collection(name)
      .insertMany(kept[i] ?? []);
  await load.connect();
  const outcome = await world.during(async () => {});
  world.report(`fault 7, database dropped: streams ended ${ends.join(" and ")} times and went on; ${textOf(outcome)}`);
  expect(ends).toEqual(world.nodes.map(() => 1));
});
