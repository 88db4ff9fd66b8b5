import { ObjectId } from "mongodb";
import pLimit, { type LimitFunction } from "p-limit";
import { limits } from "../../shared/contracts/limits.ts";
import { type Database, operationTimeout } from "../../shared/database.ts";
import { withDeadline } from "../../shared/deadline.ts";
import type { CommentModel } from "../../shared/models/comment.ts";
import { tooMany } from "../http/too-many.ts";

const minute = 60_000;

/**
 * Holds each author to `limits.commentsPerMinute`: runs `write` unless that many comments were made in the last minute, by
 * the database's clock. An author's own requests take turns, or those at once would not see each other; other processes
 * may each let one more through.
 */
export function createPace(database: Pick<Database, "models">) {
  const turns = new Map<string, LimitFunction>();

  /** @throws AppError `too_many_requests` with `retryAfter`; `unavailable` where its turn does not come in time */
  return async function paced<Value>(author: string, write: () => Promise<Value>): Promise<Value> {
    const inTurn = turns.get(author) ?? pLimit(1);
    turns.set(author, inTurn);
    // More than these would be refused anyway, and meanwhile wait in memory.
    if (inTurn.pendingCount >= limits.commentsPerMinute) {
      throw tooMany(`At most ${limits.commentsPerMinute} comments a minute.`, minute);
    }
    const turn = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    // Who has left the queue ends its turn as soon as it comes.
    const inOrder = inTurn(() => {
      turn.resolve();
      return end.promise;
    });
    void inOrder.then(() => {
      if (inTurn.activeCount + inTurn.pendingCount === 0) turns.delete(author);
    });
    try {
      // A database that hangs makes each turn long: their sum would have no end.
      await withDeadline(turn.promise, operationTimeout);
      const wait = await waitOf(database.models.comments, author);
      if (wait > 0) throw tooMany(`At most ${limits.commentsPerMinute} comments a minute.`, wait);
      return await write();
    } finally {
      end.resolve();
    }
  };
}

/** In how many milliseconds an author can comment again; 0 or less: now. */
async function waitOf(comments: CommentModel, author: string): Promise<number> {
  // The index holds all that is read; removed comments count, as they were made.
  const [reached] = await comments.collection
    .aggregate<{ age: number }>(
      [
        { $match: { author: new ObjectId(author) } },
        { $sort: { author: 1, at: -1 } },
        { $project: { _id: 0, at: 1 } },
        { $skip: limits.commentsPerMinute - 1 },
        { $limit: 1 },
        { $project: { age: { $subtract: ["$$NOW", { $toDate: "$at" }] } } },
      ],
      { maxTimeMS: operationTimeout },
    )
    .toArray();
  return reached ? minute - reached.age : 0;
}
