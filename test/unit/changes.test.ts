import { ObjectId, Timestamp } from "mongodb";
import { describe, expect, test } from "vitest";
import { batches } from "../../realtime/changes/batches.ts";
import { type RawChange, toChange } from "../../realtime/changes/change.ts";

const at = new Timestamp({ t: 5, i: 1 });

function raw(coll: string, operationType: string, rest: Partial<RawChange> = {}): RawChange {
  return { _id: { _data: "82" }, operationType, clusterTime: at, ns: { coll }, documentKey: { _id: "a:b" }, ...rest };
}

describe("toChange", () => {
  test("reads each kind of event", () => {
    const comment = { _id: new ObjectId(), author: new ObjectId(), body: "Hello", at };
    const message = { to: { user: "a" }, event: "notice", payload: { kind: "x" } };
    expect(toChange(raw("comments", "insert", { fullDocument: comment }))).toEqual({ kind: "comment", comment });
    expect(toChange(raw("comments", "update", { updateDescription: { updatedFields: { removedAt: at } } }))).toEqual({
      kind: "commentRemoved",
      id: "a:b",
      at,
    });
    expect(toChange(raw("friendships", "delete"))).toEqual({ kind: "friendship", pair: "a:b" });
    expect(toChange(raw("sessions", "delete"))).toEqual({ kind: "sessionEnded", key: "a:b" });
    expect(toChange(raw("outbox", "insert", { fullDocument: message }))).toEqual({ kind: "outbox", message });
    expect(toChange(raw("nodes", "update"))).toEqual({ kind: "beat", node: "a:b" });
  });

  test("passes over an update that removes nothing", () => {
    expect(toChange(raw("comments", "update", { updateDescription: { updatedFields: {} } }))).toBeUndefined();
  });

  test.each([
    ["a comment without words", raw("comments", "insert", { fullDocument: { author: new ObjectId(), at } })],
    ["a comment without a document", raw("comments", "insert")],
    ["a message without an event", raw("outbox", "insert", { fullDocument: { to: {} } })],
    ["an event without a key", { ...raw("sessions", "delete"), documentKey: undefined }],
  ])("says so of %s", (_, event) => {
    expect(toChange(event as RawChange)).toEqual({ kind: "unreadable", collection: event.ns.coll });
  });
});

/** Gives what is there at once, then waits for more, then fails. */
function sourceOf(groups: number[][]) {
  const events = groups.flatMap((group) => group.map((value, index) => ({ value, isFirst: index === 0 })));
  return {
    async next(): Promise<number> {
      const event = events.shift();
      if (!event) throw new Error("the source ended");
      if (event.isFirst) for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      return event.value;
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
