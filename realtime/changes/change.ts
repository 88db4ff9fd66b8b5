import { type Document, ObjectId, type ResumeToken, Timestamp } from "mongodb";
import type { CommentRecord } from "../../shared/models/comment.ts";
import type { OutboxRecord } from "../../shared/models/outbox.ts";

/** What the change stream says, in Kith's words. */
export type Change =
  | { kind: "comment"; comment: Pick<CommentRecord, "_id" | "author" | "body" | "at"> }
  | { kind: "commentRemoved"; id: string; at: Timestamp }
  | FriendshipChange
  /** Something about a person changed; `isRenamed`: what they are called, as far as the event can tell. */
  | { kind: "person"; id: string; isRenamed: boolean }
  | { kind: "sessionEnded"; key: string }
  | { kind: "outbox"; message: Pick<OutboxRecord, "to" | "event" | "payload"> }
  | { kind: "beat"; node: string; count: number }
  /** A whole collection was dropped or renamed, or its database dropped: no event tells of its documents. */
  | { kind: "collection"; collection: string | undefined; operation: string }
  /** A user has sockets on one more node, or on one less. */
  | { kind: "presence"; user: string }
  /** Something happened that cannot be read: what it was may be missed. */
  | { kind: "unreadable"; collection: string };

export interface FriendshipChange {
  kind: "friendship";
  pair: string;
  /** Whether who wants to be friends may have changed. Pairs are deleted when nobody wants that any more. */
  wishes: boolean;
  /** Who blocked the other one, or took that back. */
  blocker?: string;
}

/** An event as the pipeline below lets it through; a part that is too large is null. */
export interface RawChange {
  _id: ResumeToken;
  operationType: string;
  clusterTime: Timestamp;
  /** Without a collection where the database was dropped. */
  ns: { coll?: string };
  /** What a collection was renamed to. */
  to?: { coll: string };
  documentKey?: { _id: unknown } | null;
  fullDocument?: Document | null;
  updateDescription?: { updatedFields?: Document } | null;
}

const collections = ["comments", "friendships", "users", "sessions", "outbox", "nodes", "presence"];
/** What happens to a collection as a whole. */
const wholeOperations = new Set(["drop", "rename", "dropDatabase"]);

/** Bytes of one part of an event. Whatever Kith writes is far smaller, and an event beyond 16 MB would end the stream. */
const maxPart = 64 * 1024;

function partOrNull(part: string): Document {
  return { $cond: [{ $gt: [{ $bsonSize: part }, maxPart] }, null, part] };
}

/** By collection and not by `{db, coll}`, which the server's oplog scan cannot use as well. */
export const pipeline: Document[] = [
  {
    $match: {
      $or: [
        {
          "ns.coll": { $in: collections },
          $or: [
            { "ns.coll": { $in: ["comments", "nodes"] }, operationType: { $in: ["insert", "update"] } },
            { "ns.coll": "friendships", operationType: { $in: ["insert", "update", "replace", "delete"] } },
            { "ns.coll": "users", operationType: { $in: ["update", "replace", "delete"] } },
            // A session is written on every use that is due: only its end is news.
            { "ns.coll": "sessions", operationType: "delete" },
            { "ns.coll": "outbox", operationType: "insert" },
            { "ns.coll": "presence", operationType: { $in: ["insert", "delete"] } },
            { operationType: "drop" },
          ],
        },
        // A rename may put another collection in the place of one of ours.
        { operationType: { $in: ["rename", "dropDatabase"] } },
      ],
    },
  },
  {
    $project: {
      operationType: 1,
      clusterTime: 1,
      "ns.coll": 1,
      "to.coll": 1,
      documentKey: 1,
      "fullDocument._id": 1,
      "fullDocument.author": 1,
      "fullDocument.body": 1,
      "fullDocument.at": 1,
      "fullDocument.to": 1,
      "fullDocument.event": 1,
      "fullDocument.payload": 1,
      "fullDocument.count": 1,
      "fullDocument.blocksChanged": 1,
      "updateDescription.updatedFields.count": 1,
      "updateDescription.updatedFields.removedAt": 1,
      "updateDescription.updatedFields.wants": 1,
      "updateDescription.updatedFields.blocksChanged": 1,
      "updateDescription.updatedFields.firstName": 1,
      "updateDescription.updatedFields.lastName": 1,
    },
  },
  {
    $set: {
      documentKey: partOrNull("$documentKey"),
      fullDocument: partOrNull("$fullDocument"),
      updateDescription: partOrNull("$updateDescription"),
    },
  },
];

/** An event in Kith's words; undefined where it is no news. What is not as Kith writes it is `unreadable`. Never throws. */
export function toChange(raw: RawChange): Change | undefined {
  const { operationType: operation, ns, to } = raw;
  if (wholeOperations.has(operation)) {
    const watched = [ns?.coll, to?.coll].find((name) => name !== undefined && collections.includes(name));
    if (watched === undefined && operation !== "dropDatabase") return undefined;
    return { kind: "collection", collection: watched, operation };
  }
  const collection = ns?.coll ?? "";
  const change = read(raw, collection);
  return change === null ? { kind: "unreadable", collection } : change;
}

/** Undefined where there is no news, null where it cannot be read. */
function read(raw: RawChange, collection: string): Change | undefined | null {
  try {
    return fromCollection[collection]?.(raw, raw.documentKey?._id);
  } catch {
    // Whoever writes to the database directly can write anything.
    return null;
  }
}

const pairPattern = /^[0-9a-f]{24}:[0-9a-f]{24}$/;
const idPattern = /^[0-9a-f]{24}$/;
const presencePattern = /^([0-9a-f]{24}):/;

/** By collection: the change, undefined where there is no news, null where it cannot be read. */
const fromCollection: Record<string, (raw: RawChange, id: unknown) => Change | undefined | null> = {
  comments(raw, id) {
    if (!(id instanceof ObjectId)) return null;
    if (raw.operationType === "insert")
      return isComment(raw.fullDocument) ? { kind: "comment", comment: raw.fullDocument } : null;
    if (raw.updateDescription === null) return null;
    const at: unknown = raw.updateDescription?.updatedFields?.removedAt;
    if (at === undefined) return undefined;
    return at instanceof Timestamp ? { kind: "commentRemoved", id: id.toHexString(), at } : null;
  },
  friendships: (raw, id) =>
    typeof id === "string" && pairPattern.test(id) ? { kind: "friendship", pair: id, ...whatChanged(raw) } : null,
  users: (raw, id) =>
    id instanceof ObjectId ? { kind: "person", id: id.toHexString(), isRenamed: isRenamed(raw) } : null,
  sessions: (_, id) => (typeof id === "string" ? { kind: "sessionEnded", key: id } : null),
  outbox: ({ fullDocument }) => (isMessage(fullDocument) ? { kind: "outbox", message: fullDocument } : null),
  presence(_, id) {
    const [, user] = typeof id === "string" ? (presencePattern.exec(id) ?? []) : [];
    return user === undefined ? null : { kind: "presence", user };
  },
  nodes({ fullDocument, updateDescription }, id) {
    const count: unknown = (fullDocument ?? updateDescription?.updatedFields)?.count;
    return typeof count === "number" ? { kind: "beat", node: String(id), count } : undefined;
  },
};

/** A block says who made it; it takes wishes away only where there are some, and what it inserts has none. */
function whatChanged(raw: RawChange): Pick<FriendshipChange, "wishes" | "blocker"> {
  const { operationType, fullDocument, updateDescription } = raw;
  const updated = updateDescription?.updatedFields;
  const by: unknown = (operationType === "insert" ? fullDocument : updated)?.blocksChanged?.by;
  if (by instanceof ObjectId) return { wishes: updated?.wants !== undefined, blocker: by.toHexString() };
  return { wishes: operationType !== "delete" };
}

/** A password, a new hash of it, or a disabled account is no other name; whoever is gone has none. */
function isRenamed({ operationType, updateDescription }: RawChange): boolean {
  if (operationType !== "update") return operationType === "replace";
  // Without its fields it was too large: by the names, as nothing else of a user is read.
  if (!updateDescription) return true;
  const { firstName, lastName } = updateDescription.updatedFields ?? {};
  return firstName !== undefined || lastName !== undefined;
}

function isComment(document: Document | null | undefined): document is CommentRecord {
  const { author, at, body } = document ?? {};
  return author instanceof ObjectId && at instanceof Timestamp && typeof body === "string";
}

function isMessage(document: Document | null | undefined): document is OutboxRecord {
  const { to, event } = document ?? {};
  if (typeof event !== "string" || typeof to !== "object" || to === null) return false;
  return typeof to.session === "string" || isId(to.user) || isId(to.friendsOf);
}

function isId(value: unknown): boolean {
  return typeof value === "string" && idPattern.test(value);
}
