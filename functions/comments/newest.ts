import type { ClientSession, Timestamp } from "mongodb";
import type { Types } from "mongoose";
import { operationTimeout } from "../../shared/database.ts";
import { type CommentModel, type CommentRecord, feedIndex } from "../../shared/models/comment.ts";
import { within } from "../../shared/read-at.ts";
import { withIndex } from "../../shared/with-index.ts";
import { byNewest, type Cursor, conditionsPast } from "./cursor.ts";

/** As many authors as the server reads in order side by side; with more, it sorts everything that they ever wrote. */
const mergedAtOnce = 200;

/**
 * The newest `count` comments of these authors after a cursor, in order. What is read of the index is bounded by the number
 * of authors and `count`, whatever the authors wrote or removed.
 */
export async function readNewest(
  comments: CommentModel,
  authors: readonly Types.ObjectId[],
  cursor: Cursor | undefined,
  count: number,
  session?: ClientSession,
): Promise<CommentRecord[]> {
  if (authors.length > mergedAtOnce) {
    const latest = await readLatest(comments, authors, cursor, session);
    const likely = latest.slice(0, mergedAtOnce).map(({ _id }) => _id);
    const found = await merge(comments, likely, cursor, count, session);
    const bound = latest[mergedAtOnce]?.at;
    const last = found[count - 1];
    if (!bound || last?.at.greaterThan(bound)) return found;
    // So many of the latest were removed that others may come before: all have to be asked.
  }
  return merge(comments, authors, cursor, count, session);
}

/**
 * Who of the authors wrote last, and one more than are merged at once, each with the time of their newest comment after the
 * cursor. It may have been removed: what an author has to show is not newer than that. The index alone answers, with one
 * place read for each author.
 */
function readLatest(
  comments: CommentModel,
  authors: readonly Types.ObjectId[],
  cursor: Cursor | undefined,
  session?: ClientSession,
): Promise<{ _id: Types.ObjectId; at: Timestamp }[]> {
  return comments.collection
    .aggregate<{ _id: Types.ObjectId; at: Timestamp }>(
      [
        { $match: { author: { $in: authors }, ...(cursor && { at: { $lte: cursor.at } }) } },
        { $sort: { author: 1, at: -1 } },
        { $group: { _id: "$author", at: { $first: "$at" } } },
        { $sort: { at: -1 } },
        { $limit: mergedAtOnce + 1 },
      ],
      { maxTimeMS: operationTimeout, batchSize: mergedAtOnce + 2, ...within(session) },
    )
    .toArray();
}

async function merge(
  comments: CommentModel,
  authors: readonly Types.ObjectId[],
  cursor: Cursor | undefined,
  count: number,
  session?: ClientSession,
): Promise<CommentRecord[]> {
  const groups = Array.from({ length: Math.ceil(authors.length / mergedAtOnce) }, (_, group) =>
    authors.slice(group * mergedAtOnce, (group + 1) * mergedAtOnce),
  );
  const found = await Promise.all(
    groups.flatMap((group) =>
      conditionsPast(cursor).map((condition) =>
        withIndex(feedIndex, (options) =>
          comments.collection
            .find<CommentRecord>(
              { author: { $in: group }, body: { $exists: true }, ...condition },
              {
                ...options,
                sort: { at: -1, _id: -1 },
                limit: count,
                batchSize: count + 1,
                maxTimeMS: operationTimeout,
                ...within(session),
              },
            )
            .toArray(),
        ),
      ),
    ),
  );
  return found.flat().sort(byNewest).slice(0, count);
}
