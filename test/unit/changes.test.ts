import { ObjectId, Timestamp } from "mongodb";
import { describe, expect, test } from "vitest";
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

  const updated = (updatedFields: object) => ({ updateDescription: { updatedFields } });
  test.each<[string, string, Partial<RawChange>, boolean]>([
    ["another first name", "update", updated({ firstName: "Adele" }), true],
    ["another last name", "update", updated({ lastName: "" }), true],
    ["another password, or a disabled account", "update", updated({}), false],
    ["a field that was taken away", "update", { updateDescription: {} }, false],
    ["names too large to be read", "update", { updateDescription: null }, true],
    ["a user written anew", "replace", {}, true],
    ["a user who is gone", "delete", {}, false],
  ])("says of %s whether it is another name", (_, operation, rest, isRenamed) => {
    const id = new ObjectId();
    const event = raw("users", operation, { documentKey: { _id: id }, ...rest });
    expect(toChange(event)).toEqual({ kind: "person", id: id.toHexString(), isRenamed });
  });

  const blocksChanged = { by: new ObjectId(low), id: new ObjectId() };
  test.each<[string, RawChange, { wishes: boolean; blocker?: string }]>([
    ["a wish", raw("friendships", "insert", { fullDocument: { wants: [] } }), { wishes: true }],
    ["a wish more", raw("friendships", "update", { updateDescription: { updatedFields: {} } }), { wishes: true }],
    ["a pair written anew", raw("friendships", "replace", { fullDocument: { blocksChanged } }), { wishes: true }],
    ["a pair that is gone", raw("friendships", "delete"), { wishes: false }],
    [
      "a block between strangers",
      raw("friendships", "insert", { fullDocument: { blocksChanged } }),
      { wishes: false, blocker: low },
    ],
    [
      "a block where nobody has a wish",
      raw("friendships", "update", { updateDescription: { updatedFields: { blocksChanged } } }),
      { wishes: false, blocker: low },
    ],
    [
      "a block that takes wishes away",
      raw("friendships", "update", { updateDescription: { updatedFields: { blocksChanged, wants: [] } } }),
      { wishes: true, blocker: low },
    ],
  ])("says of %s for whom it is one", (_, event, expected) => {
    expect(toChange(event)).toEqual({ kind: "friendship", pair, ...expected });
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
    [
      "a message to a list of one id",
      raw("outbox", "insert", { fullDocument: { to: { user: [low] }, event: "notice" } }),
    ],
    [
      "a message that cannot even be looked at",
      raw("outbox", "insert", { fullDocument: { to: { user: { toString: 1 } }, event: "notice" } }),
    ],
    [
      "a node without a name",
      raw("nodes", "insert", { documentKey: { _id: { toString: 1 } }, fullDocument: { count: 1 } }),
    ],
    [
      "a comment that is too large",
      raw("comments", "insert", { documentKey: { _id: new ObjectId() }, fullDocument: null }),
    ],
    [
      "an update that is too large",
      raw("comments", "update", { documentKey: { _id: new ObjectId() }, updateDescription: null }),
    ],
    ["a key that is too large", raw("sessions", "delete", { documentKey: null })],
    ["a session under an odd key", raw("sessions", "delete", { documentKey: { _id: 7 } })],
    ["a presence of nobody", raw("presence", "insert", { documentKey: { _id: "nobody:here" } })],
    ["a presence under an odd key", raw("presence", "delete", { documentKey: { _id: new ObjectId() } })],
  ])("says so of %s", (_, event) => {
    expect(toChange(event)).toEqual({ kind: "unreadable", collection: event.ns.coll });
  });

  test("tells that a whole collection went, or that another one took its place", () => {
    const whole = (operation: string, ns: RawChange["ns"], to?: string) =>
      toChange({
        _id: {},
        operationType: operation,
        clusterTime: at,
        ns,
        ...(to === undefined ? {} : { to: { coll: to } }),
      });
    const gone = (operation: string, collection?: string) => ({ kind: "collection", collection, operation });
    expect(whole("drop", { coll: "users" })).toEqual(gone("drop", "users"));
    expect(whole("rename", { coll: "users" }, "others")).toEqual(gone("rename", "users"));
    expect(whole("rename", { coll: "others" }, "users")).toEqual(gone("rename", "users"));
    expect(whole("dropDatabase", {})).toEqual(gone("dropDatabase"));
    expect(whole("rename", { coll: "others" }, "more")).toBeUndefined();
  });
});
