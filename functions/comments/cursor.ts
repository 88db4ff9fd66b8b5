import { ObjectId, type Timestamp } from "mongodb";
import type { CommentRecord } from "../../shared/models/comment.ts";
import { positionOf, timestampOf } from "../../shared/position.ts";

/** What orders the feed; the database gives no time twice, but what else wrote to the collection may have. */
export type Place = Pick<CommentRecord, "_id" | "at">;

/** Where a page ended: what follows is before `at`, or at the same time with an id before `_id`. */
export interface Cursor {
  at: Timestamp;
  _id?: ObjectId;
}

export function readCursor(text: string): Cursor {
  const at = timestampOf(text.slice(0, 16));
  return text.length > 16 ? { at, _id: new ObjectId(text.slice(16)) } : { at };
}

/** The first `limit` of places that are in order, and the cursor to what follows them; null where nothing does. */
export function cut<Each extends Place>(places: readonly Each[], limit: number): { page: Each[]; next: string | null } {
  const page = places.slice(0, limit);
  const [last, following] = [page.at(-1), places[limit]];
  if (!last || !following) return { page, next: null };
  const isTied = last.at.equals(following.at);
  return { page, next: positionOf(last.at) + (isTied ? last._id.toHexString() : "") };
}

export function byNewest(a: Place, b: Place): number {
  return b.at.compare(a.at) || (a._id.toHexString() < b._id.toHexString() ? 1 : -1);
}

export function isPast(cursor: Cursor, { at, _id }: Place): boolean {
  const compared = at.compare(cursor.at);
  if (compared !== 0 || !cursor._id) return compared < 0;
  return _id.toHexString() < cursor._id.toHexString();
}

/** What follows a cursor, as conditions of which one holds: each keeps the order of the index by itself. */
export function conditionsPast(cursor: Cursor | undefined): Record<string, unknown>[] {
  if (!cursor) return [{}];
  const before = { at: { $lt: cursor.at } };
  return cursor._id ? [{ at: cursor.at, _id: { $lt: cursor._id } }, before] : [before];
}
