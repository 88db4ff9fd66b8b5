import { type Collection, type Document, MongoClient, ObjectId, Timestamp } from "mongodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clusterTime, type Place } from "../../realtime/changes/source.ts";
import { failCommand } from "../helpers/fail-point.ts";
import { type Follower, startFollower } from "../helpers/follower.ts";
import { type OwnSet, startOwnSet } from "../helpers/own-set.ts";
import { until } from "../helpers/until.ts";

let set: OwnSet;
let client: MongoClient;
let follower: Follower;
beforeAll(async () => {
  set = await startOwnSet();
  client = new MongoClient(set.uri, { writeConcern: { w: "majority" } });
  // Two copies of a document of 16 MB, its own and the oplog's, have to fit.
  await client.db("admin").command({ setParameter: 1, wiredTigerEngineRuntimeConfig: "cache_size=1G" });
});
afterAll(async () => {
  await client?.close();
  await set?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  follower = startFollower(set.uri, name);
  await until(() => follower.starts.length === 1);
});
afterEach(async () => {
  await failCommand(client, "off");
  await follower.close();
});

const name = "changes";
const db = () => client.db(name);
const nodes = (): Collection<{ _id: string; count: number }> => db().collection("nodes");

let beats = 0;
/** Writes a beat and returns its number. */
async function beat(): Promise<number> {
  beats += 1;
  await nodes().updateOne({ _id: "here" }, { $set: { count: beats } }, { upsert: true });
  return beats;
}

function counts(): number[] {
  return follower.changes.flatMap((change) => (change.kind === "beat" ? change.count : []));
}

async function untilTold(count: number): Promise<void> {
  await until(() => counts().includes(count), { timeout: 20_000, what: `beat ${count}` });
}

const losses = () => follower.starts.slice(1);
const label = "ResumableChangeStreamError";

describe("the change stream keeps its place", () => {
  test.each([
    ["50 reads that can be resumed", 50, { failCommands: ["getMore"], errorCode: 189, errorLabels: [label] }],
    ["connections that close while it reads", 10, { failCommands: ["getMore"], closeConnection: true }],
    ["a cursor that is gone", 3, { failCommands: ["getMore"], errorCode: 43 }],
    ["an error that nobody knows", 3, { failCommands: ["getMore"], errorCode: 8000 }],
  ])("through %s", async (_, times, failure) => {
    const first = await beat();
    await untilTold(first);
    await failCommand(client, times, failure);
    const missed = [await beat(), await beat(), await beat()];
    await until(() => follower.ends.length === times, { timeout: 20_000 });
    const last = await beat();
    await untilTold(last);
    expect(counts()).toEqual([first, ...missed, last]);
    expect(losses()).toEqual([]);
  });

  test.each([
    ["50 attempts to open it that close the connection", 50, { closeConnection: true }],
    ["10 attempts to open it that find a server that starts", 10, { errorCode: 11600 }],
  ])("through %s", async (_, times, failure) => {
    const first = await beat();
    await untilTold(first);
    await failCommand(client, times + 1, { failCommands: ["getMore", "aggregate"], ...failure });
    const missed = await beat();
    await until(() => follower.ends.length === times + 1, { timeout: 20_000 });
    await untilTold(missed);
    expect(follower.ends).toEqual(["resumable", ...Array.from({ length: times }, () => "unavailable")]);
    expect(counts()).toEqual([first, missed]);
    expect(losses()).toEqual([]);
  });

  test("and moves it on where nothing happens in what it follows", async () => {
    await untilTold(await beat());
    await db().collection("elsewhere").insertOne({});
    const time = await clusterTime(db());
    await until(async () => {
      const earlier = follower.places.length;
      await failCommand(client, 1, { failCommands: ["getMore"], errorCode: 189, errorLabels: [label] });
      await until(() => follower.places.length > earlier);
      return timeOf(follower.places.at(-1)).greaterThanOrEqual(time);
    });
  });

  test("when its database is dropped, and says which collections went", async () => {
    const first = await beat();
    await untilTold(first);
    await db().dropDatabase();
    const next = await beat();
    await untilTold(next);
    expect(follower.changes.filter(({ kind }) => kind !== "beat")).toEqual([
      { kind: "collection", collection: "nodes", operation: "drop" },
      { kind: "collection", collection: undefined, operation: "dropDatabase" },
    ]);
    expect(follower.ends).toEqual(["invalidate"]);
    expect(counts()).toEqual([first, next]);
    expect(losses()).toEqual([]);
  });

  test("when a collection is dropped or renamed, or another one takes its place", async () => {
    for (const name of ["users", "sessions", "elsewhere", "unrelated"]) await db().createCollection(name);
    await db().collection("users").drop();
    await db().collection("sessions").rename("away");
    await db().collection("elsewhere").rename("sessions");
    await db().collection("unrelated").rename("more");
    await untilTold(await beat());
    expect(follower.changes.filter(({ kind }) => kind === "collection")).toEqual([
      { kind: "collection", collection: "users", operation: "drop" },
      { kind: "collection", collection: "sessions", operation: "rename" },
      { kind: "collection", collection: "sessions", operation: "rename" },
    ]);
    expect(follower.ends).toEqual([]);
    await db().collection("away").drop();
    await db().collection("more").drop();
  });

  test("where a document is as large as one can be", async () => {
    const text = "x".repeat(16 * 1024 * 1024 - 1_000);
    const at = await clusterTime(db());
    const id = new ObjectId();
    const documents: [string, Document][] = [
      ["comments", { _id: id, author: id, at, body: text }],
      ["outbox", { to: { user: id.toHexString() }, event: "notice", payload: text }],
    ];
    for (const [name, document] of documents) await db().collection(name).insertOne(document);
    await db().collection("comments").deleteMany({});
    await db().collection("comments").insertOne({ _id: id, author: id, at, body: "short" });
    await db()
      .collection("comments")
      .updateOne({ _id: id }, { $set: { removedAt: text } });
    // Of people and friendships nothing but the key is read.
    await db().collection<Document>("users").insertOne({ _id: id });
    await db().collection<Document>("users").replaceOne({ _id: id }, { body: text });
    await untilTold(await beat());
    expect(follower.changes.filter(({ kind }) => kind !== "beat")).toEqual([
      { kind: "unreadable", collection: "comments" },
      { kind: "unreadable", collection: "outbox" },
      { kind: "comment", comment: { _id: id, author: id, at, body: "short" } },
      { kind: "unreadable", collection: "comments" },
      { kind: "person", id: id.toHexString(), isRenamed: true },
    ]);
    expect(follower.ends).toEqual([]);
  });
});

describe("the change stream starts anew", () => {
  test.each([
    ["historyLost", 286],
    ["fatal", 280],
    ["fatal", 260],
    ["oversize", 10334],
  ])("by %s, %i: once, however often that is also the answer to opening it", async (ending, errorCode) => {
    await untilTold(await beat());
    await failCommand(client, 11, { failCommands: ["getMore", "aggregate"], errorCode });
    await until(() => follower.ends.length === 11);
    await until(() => losses().length > 0);
    await untilTold(await beat());
    expect(follower.ends).toEqual(Array.from({ length: 11 }, () => ending));
    expect(losses()).toMatchObject([{ lost: expect.any(String) }]);
  });

  test("behind an event that no stream gets past, and only once", async () => {
    await untilTold(await beat());
    // Its key alone makes a resume token of more than 16 MB.
    await db()
      .collection<{ _id: string }>("comments")
      .insertOne({ _id: "x".repeat(8 * 1024 * 1024) });
    await until(() => losses().length > 0);
    await untilTold(await beat());
    expect(follower.ends).toEqual(["oversize"]);
    expect(losses()).toHaveLength(1);
  });
});

test("ends at once while it waits for the server", async () => {
  await untilTold(await beat());
  const start = performance.now();
  await follower.close();
  expect(performance.now() - start).toBeLessThan(900);
});

/** A resume token starts with its kind and the seconds and the number of its time. */
function timeOf(place: Place | undefined): Timestamp {
  if (!place || !("startAfter" in place)) throw new Error("There is no token.");
  const data = (place.startAfter as { _data: string })._data;
  return new Timestamp({ t: Number.parseInt(data.slice(2, 10), 16), i: Number.parseInt(data.slice(10, 18), 16) });
}
