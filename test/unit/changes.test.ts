import { ObjectId, Timestamp } from "mongodb";
import { describe, expect, test } from "vitest";
import { batches } from "../../realtime/changes/batches.ts";
import { type RawChange, toChange } from "../../realtime/changes/change.ts";

const at = new Timestamp({ t: 5, i: 1 });
const low = "a".repeat(24);
const pair = `${low}:${"b".repeat(24)}`;

function raw(coll: string, operationType: string, rest: Partial<RawChange> = {}): RawChange {
  return { _id: { _data: "82" }, operationType, clusterTime: at, ns: { coll }, documentKey: { _id: pair }, ...rest };
}

describe("toChange", () => {
  test("reads each kind of event", () => {
    const comment = { _id: new ObjectId(), author: new ObjectId(), body: "Hello", at };
    const message = { to: { user: low }, event: "notice", payload: { kind: "x" } };
    const id = new ObjectId();
    expect(toChange(raw("comments", "insert", { fullDocument: comment, documentKey: { _id: id } }))).toEqual({
      kind: "comment",
      comment,
    });
    const removal = { documentKey: { _id: id }, updateDescription: { updatedFields: { removedAt: at } } };
    expect(toChange(raw("comments", "update", removal))).toEqual({ kind: "commentRemoved", id: id.toHexString(), at });
    expect(toChange(raw("friendships", "delete"))).toEqual({ kind: "friendship", pair });
    expect(toChange(raw("users", "update", { documentKey: { _id: id } }))).toEqual({
      kind: "person",
      id: id.toHexString(),
    });
    expect(toChange(raw("sessions", "delete"))).toEqual({ kind: "sessionEnded", key: pair });
    expect(toChange(raw("outbox", "insert", { fullDocument: message }))).toEqual({ kind: "outbox", message });
    expect(toChange(raw("nodes", "insert", { fullDocument: { count: 1 } }))).toEqual({
      kind: "beat",
      node: pair,
      count: 1,
    });
    const beat = { updateDescription: { updatedFields: { count: 2 } } };
    expect(toChange(raw("nodes", "update", beat))).toEqual({ kind: "beat", node: pair, count: 2 });
    const presence = { documentKey: { _id: `${low}:${crypto.randomUUID()}` } };
    for (const type of ["insert", "delete"]) {
      expect(toChange(raw("presence", type, presence))).toEqual({ kind: "presence", user: low });
    }
  });

  test("passes over an update that removes nothing", () => {
    const documentKey = { _id: new ObjectId() };
    expect(
      toChange(raw("comments", "update", { documentKey, updateDescription: { updatedFields: {} } })),
    ).toBeUndefined();
  });

  const comment = { author: new ObjectId(), body: "Hello", at };
  const inserted = (fullDocument?: object) =>
    raw("comments", "insert", { documentKey: { _id: new ObjectId() }, ...(fullDocument ? { fullDocument } : {}) });
  test.each([
    ["a comment without words", inserted({ ...comment, body: undefined })],
    ["a comment by no id", inserted({ ...comment, author: "someone" })],
    ["a comment with a date", inserted({ ...comment, at: new Date() })],
    ["a comment without a document", inserted()],
    ["a comment under an odd key", raw("comments", "insert", { fullDocument: comment })],
    [
      "a removal with a date",
      raw("comments", "update", {
        documentKey: { _id: new ObjectId() },
        updateDescription: { updatedFields: { removedAt: new Date() } },
      }),
    ],
    ["a friendship under an odd key", raw("friendships", "insert", { documentKey: { _id: "odd" } })],
    ["a message without an event", raw("outbox", "insert", { fullDocument: { to: { user: low } } })],
    ["a message to a word", raw("outbox", "insert", { fullDocument: { to: "x", event: "notice" } })],
    [
      "a message to no id",
      raw("outbox", "insert", { fullDocument: { to: { friendsOf: "nonsense" }, event: "notice" } }),
    ],
    ["a session under an odd key", raw("sessions", "delete", { documentKey: { _id: 7 } })],
    ["a presence of nobody", raw("presence", "insert", { documentKey: { _id: "nobody:here" } })],
    ["a presence under an odd key", raw("presence", "delete", { documentKey: { _id: new ObjectId() } })],
  ])("says so of %s", (_, event) => {
    expect(toChange(event)).toEqual({ kind: "unreadable", collection: event.ns.coll });
  });
});

/** Gives what it holds, then takes in the next group, then fails. */
function sourceOf(groups: number[][]) {
  const held: number[] = [];
  return {
    bufferedCount: () => held.length,
    async next(): Promise<number> {
      if (held.length === 0) held.push(...(groups.shift() ?? []));
      const event = held.shift();
      if (event === undefined) throw new Error("the source ended");
      return event;
    },
  };
}

describe("batches", () => {
  test("takes together what arrives together, up to the most, in order, and ends by the source's error", async () => {
    const seen: number[][] = [];
    const source = sourceOf([[1], [2, 3, 4], [5, 6]]);
    await expect(async () => {
      for await (const batch of batches(source, 2)) seen.push(batch);
    }).rejects.toThrow("the source ended");
    expect(seen).toEqual([[1], [2, 3], [4], [5, 6]]);
  });
});
