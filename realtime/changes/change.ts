import { type Document, ObjectId, type ResumeToken, Timestamp } from "mongodb";
import type { CommentRecord } from "../../shared/models/comment.ts";
import type { OutboxRecord } from "../../shared/models/outbox.ts";

/** What the change stream says, in Kith's words. */
export type Change =
  | { kind: "comment"; comment: Pick<CommentRecord, "_id" | "author" | "body" | "at"> }
  | { kind: "commentRemoved"; id: string; at: Timestamp }
  | { kind: "friendship"; pair: string }
  /** What a person is called may have changed. */
  | { kind: "person"; id: string }
  | { kind: "sessionEnded"; key: string }
  | { kind: "outbox"; message: Pick<OutboxRecord, "to" | "event" | "payload"> }
  | { kind: "beat"; node: string; count: number }
  /** A user has sockets on one more node, or on one less. */
  | { kind: "presence"; user: string }
  /** Something happened that cannot be read: what it was may be missed. */
  | { kind: "unreadable"; collection: string };

/** An event as the pipeline below lets it through. */
export interface RawChange {
  _id: ResumeToken;
  operationType: string;
  clusterTime: Timestamp;
  ns: { coll: string };
  documentKey?: { _id: unknown };
  fullDocument?: Document;
  updateDescription?: { updatedFields?: Document };
}

/** By collection and not by `{db, coll}`, which the server's oplog scan cannot use as well. */
export const pipeline: Document[] = [
  {
    $match: {
      "ns.coll": { $in: ["comments", "friendships", "users", "sessions", "outbox", "nodes", "presence"] },
      $or: [
        { "ns.coll": { $in: ["comments", "nodes"] }, operationType: { $in: ["insert", "update"] } },
        { "ns.coll": "friendships", operationType: { $in: ["insert", "update", "replace", "delete"] } },
        { "ns.coll": "users", operationType: { $in: ["update", "replace", "delete"] } },
        // A session is written on every use that is due: only its end is news.
        { "ns.coll": "sessions", operationType: "delete" },
        { "ns.coll": "outbox", operationType: "insert" },
        { "ns.coll": "presence", operationType: { $in: ["insert", "delete"] } },
      ],
    },
  },
  {
    $project: {
      operationType: 1,
      clusterTime: 1,
      "ns.coll": 1,
      documentKey: 1,
      "fullDocument._id": 1,
      "fullDocument.author": 1,
      "fullDocument.body": 1,
      "fullDocument.at": 1,
      "fullDocument.to": 1,
      "fullDocument.event": 1,
      "fullDocument.payload": 1,
      "fullDocument.count": 1,
      "updateDescription.updatedFields.count": 1,
      "updateDescription.updatedFields.removedAt": 1,
    },
  },
];

/** An event in Kith's words; undefined where it is no news. What is not as Kith writes it is `unreadable`. */
export function toChange(raw: RawChange): Change | undefined {
  const { coll: collection } = raw.ns;
  const id = raw.documentKey?._id;
  const change = fromCollection[collection]?.(raw, id);
  return change === null ? { kind: "unreadable", collection } : change;
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
    const at: unknown = raw.updateDescription?.updatedFields?.removedAt;
    if (at === undefined) return undefined;
    return at instanceof Timestamp ? { kind: "commentRemoved", id: id.toHexString(), at } : null;
  },
  friendships: (_, id) => (typeof id === "string" && pairPattern.test(id) ? { kind: "friendship", pair: id } : null),
  users: (_, id) => (id instanceof ObjectId ? { kind: "person", id: id.toHexString() } : null),
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

function isComment(document: Document | undefined): document is CommentRecord {
  const { author, at, body } = document ?? {};
  return author instanceof ObjectId && at instanceof Timestamp && typeof body === "string";
}

function isMessage(document: Document | undefined): document is OutboxRecord {
  const { to, event } = document ?? {};
  if (typeof event !== "string" || typeof to !== "object" || to === null) return false;
  return typeof to.session === "string" || idPattern.test(to.user) || idPattern.test(to.friendsOf);
}
