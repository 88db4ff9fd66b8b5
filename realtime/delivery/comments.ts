import type { ClientSession, Timestamp } from "mongodb";
import { Types } from "mongoose";
import type { Person } from "../../shared/contracts/people.ts";
import { type CommentModel, type CommentRecord, toComment } from "../../shared/models/comment.ts";
import { positionOf } from "../../shared/position.ts";
import { within } from "../../shared/read-at.ts";
import { type Io, sendToUsers } from "./rooms.ts";

type Friends = ReadonlyMap<string, ReadonlySet<string>>;

/** A new comment, to its author and the author's friends. */
export function deliverComment(
  io: Io,
  record: Pick<CommentRecord, "_id" | "author" | "body" | "at">,
  known: { friends: Friends; people: ReadonlyMap<string, Person> },
): void {
  const id = record.author.toHexString();
  const author = known.people.get(id);
  const comment = author && toComment(record, author);
  if (comment) sendToUsers(io, [id, ...(known.friends.get(id) ?? [])], "comment", comment);
}

/** A removal, to those who may have the comment on their screens. */
export function deliverRemoval(
  io: Io,
  removal: { id: string; at: Timestamp },
  known: { friends: Friends; removed: ReadonlyMap<string, string> },
): void {
  const author = known.removed.get(removal.id);
  if (!author) return;
  const payload = { id: removal.id, position: positionOf(removal.at) };
  sendToUsers(io, [author, ...(known.friends.get(author) ?? [])], "commentRemoved", payload);
}

/** The authors of removed comments, which the event of a removal does not carry, by comment. */
export async function removedAuthors(
  comments: CommentModel,
  ids: readonly string[],
  session: ClientSession,
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const records = await comments.collection
    .find({ _id: { $in: ids.map((id) => new Types.ObjectId(id)) } }, { projection: { author: 1 }, ...within(session) })
    .toArray();
  return new Map(records.map((record) => [String(record._id), String(record.author)]));
}
