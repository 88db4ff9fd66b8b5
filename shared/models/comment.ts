import type { Timestamp } from "mongodb";
import type { Connection, Types } from "mongoose";
import type { Comment } from "../contracts/comments.ts";
import type { Person } from "../contracts/people.ts";
import { loadMongoose } from "../mongoose.ts";
import { dateOf, positionOf } from "../position.ts";

export interface CommentRecord {
  _id: Types.ObjectId;
  author: Types.ObjectId;
  /** Absent once the comment is removed. */
  body?: string;
  /** The place in the feed, set by the database server. */
  at: Timestamp;
  /** The client's Idempotency-Key. */
  key?: string;
  /** When the comment was removed, set by the database server. */
  removedAt?: Timestamp;
}

/** The name of the index in the feed's order. */
export const feedIndex = "feed";

export function commentModel(connection: Connection) {
  const { Schema } = loadMongoose();
  const schema = new Schema<CommentRecord>(
    {
      author: { type: Schema.Types.ObjectId, required: true },
      body: { type: String },
      at: { type: Schema.Types.Mixed, required: true },
      key: { type: String },
      removedAt: { type: Schema.Types.Mixed },
    },
    { collection: "comments", versionKey: false },
  );
  schema.index({ author: 1, at: -1 });
  // The order of the feed among what can be seen; comments that were removed, however many, are not in it.
  schema.index(
    { author: 1, at: -1, _id: -1 },
    { name: feedIndex, partialFilterExpression: { body: { $exists: true } } },
  );
  schema.index({ author: 1, removedAt: -1 }, { partialFilterExpression: { removedAt: { $exists: true } } });
  schema.index({ author: 1, key: 1 }, { unique: true, partialFilterExpression: { key: { $exists: true } } });

  return connection.model("Comment", schema);
}
export type CommentModel = ReturnType<typeof commentModel>;

/** A comment as clients see it; of a removed one, which has no words, there is nothing to see. */
export function toComment(record: Pick<CommentRecord, "_id" | "body" | "at">, author: Person): Comment | undefined {
  if (record.body === undefined) return undefined;
  return {
    id: record._id.toHexString(),
    author,
    body: record.body,
    createdAt: dateOf(record.at).toISOString(),
    position: positionOf(record.at),
  };
}
