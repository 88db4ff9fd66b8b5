import type { Document, ResumeToken, Timestamp } from "mongodb";
import type { CommentRecord } from "../../shared/models/comment.ts";
import type { OutboxRecord } from "../../shared/models/outbox.ts";

/** What the change stream says, in Kith's words. */
export type Change =
  | { kind: "comment"; comment: Pick<CommentRecord, "_id" | "author" | "body" | "at"> }
  | { kind: "commentRemoved"; id: string; at: Timestamp }
  | { kind: "friendship"; pair: string }
  | { kind: "sessionEnded"; key: string }
  | { kind: "outbox"; message: Pick<OutboxRecord, "to" | "event" | "payload"> }
  | { kind: "beat"; node: string }
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
      "ns.coll": { $in: ["comments", "friendships", "sessions", "outbox", "nodes"] },
      $or: [
        { "ns.coll": { $in: ["comments", "nodes"] }, operationType: { $in: ["insert", "update"] } },
        { "ns.coll": "friendships", operationType: { $in: ["insert", "update", "replace", "delete"] } },
        // A session is written on every use that is due: only its end is news.
        { "ns.coll": "sessions", operationType: "delete" },
        { "ns.coll": "outbox", operationType: "insert" },
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
      "updateDescription.updatedFields.removedAt": 1,
    },
  },
];

/** An event in Kith's words; undefined where it is no news. */
export function toChange(raw: RawChange): Change | undefined {
  const { coll: collection } = raw.ns;
  const id = raw.documentKey?._id;
  if (id === undefined) return { kind: "unreadable", collection };
  switch (collection) {
    case "comments":
      return raw.operationType === "insert" ? fromInsertedComment(raw) : fromUpdatedComment(raw, String(id));
    case "friendships":
      return { kind: "friendship", pair: String(id) };
    case "sessions":
      return { kind: "sessionEnded", key: String(id) };
    case "outbox":
      return fromOutbox(raw);
    case "nodes":
      return { kind: "beat", node: String(id) };
    default:
      return undefined;
  }
}

function fromInsertedComment({ fullDocument }: RawChange): Change {
  const isComment = fullDocument?.author && fullDocument.at && typeof fullDocument.body === "string";
  if (!isComment) return { kind: "unreadable", collection: "comments" };
  return { kind: "comment", comment: fullDocument as CommentRecord };
}

function fromUpdatedComment({ updateDescription }: RawChange, id: string): Change | undefined {
  const at = updateDescription?.updatedFields?.removedAt as Timestamp | undefined;
  return at && { kind: "commentRemoved", id, at };
}

function fromOutbox({ fullDocument }: RawChange): Change {
  if (!fullDocument?.to || typeof fullDocument.event !== "string") return { kind: "unreadable", collection: "outbox" };
  const { to, event, payload } = fullDocument as OutboxRecord;
  return { kind: "outbox", message: { to, event, payload } };
}
