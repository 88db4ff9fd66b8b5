import type { ClientSession, Timestamp } from "mongodb";
import type { Types } from "mongoose";
import type { Removal } from "../../shared/contracts/comments.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { operationTimeout } from "../../shared/database.ts";
import { type CommentModel, feedIndex } from "../../shared/models/comment.ts";
import { dateOf, positionOf, secondsBefore } from "../../shared/position.ts";
import { within } from "../../shared/read-at.ts";
import { withIndex } from "../../shared/with-index.ts";
import { byNewest, type Place } from "./cursor.ts";

const { catchUp } = limits;

/** All that follows a position: where the comments are, in order, and what was removed. */
export interface Missed {
  places: Place[];
  removed: Removal[];
}

/**
 * What these authors wrote and removed after a position, and a little before it; undefined where that is more than catch-up
 * holds. Nothing that catch-up needs is ever deleted, so a clock that is wrong moves the limit in time and makes no gap.
 */
export async function readMissed(
  comments: CommentModel,
  authors: readonly Types.ObjectId[],
  after: Timestamp,
  session?: ClientSession,
): Promise<Missed | undefined> {
  if (dateOf(after).getTime() < Date.now() - catchUp.milliseconds) return undefined;
  // A comment can become visible a little after one with a later position: the overlap covers it.
  const since = secondsBefore(after, catchUp.overlapSeconds);
  const options = () => ({
    limit: catchUp.comments + 1,
    batchSize: catchUp.comments + 2,
    maxTimeMS: operationTimeout,
    ...within(session),
  });
  const [places, removals] = await Promise.all([
    withIndex(feedIndex, (index) =>
      comments.collection
        .find<Place>(
          { author: { $in: authors }, body: { $exists: true }, at: { $gt: since } },
          { projection: { at: 1 }, ...index, ...options() },
        )
        .toArray(),
    ),
    comments.collection
      .find<{ _id: Types.ObjectId; removedAt: Timestamp }>(
        { author: { $in: authors }, removedAt: { $gt: since } },
        { projection: { removedAt: 1 }, ...options() },
      )
      .toArray(),
  ]);
  if (places.length > catchUp.comments || removals.length > catchUp.comments) return undefined;
  return {
    places: places.sort(byNewest),
    removed: removals.map(({ _id, removedAt }) => ({ id: _id.toHexString(), position: positionOf(removedAt) })),
  };
}
