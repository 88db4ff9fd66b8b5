import { Types } from "mongoose";
import { limits } from "../../shared/contracts/limits.ts";
import { operationTimeout } from "../../shared/database.ts";
import type { CommentModel } from "../../shared/models/comment.ts";
import { tooMany } from "../http/too-many.ts";

const minute = 60_000;

/**
 * Holds each author to `limits.commentsPerMinute`: runs `write` unless that many comments were made in the last minute, by
 * the database's clock, or are being made in this process. Other processes may each let a few more through at once.
 */
export function createPace(comments: CommentModel) {
  const beingMade = new Map<string, number>();

  /** @throws AppError `too_many_requests` with `retryAfter` */
  return async function paced<Value>(author: string, write: () => Promise<Value>): Promise<Value> {
    const others = beingMade.get(author) ?? 0;
    beingMade.set(author, others + 1);
    try {
      const wait = await waitOf(comments, author, limits.commentsPerMinute - others);
      if (wait > 0) throw tooMany(`At most ${limits.commentsPerMinute} comments a minute.`, wait);
      return await write();
    } finally {
      const left = (beingMade.get(author) ?? 1) - 1;
      if (left > 0) beingMade.set(author, left);
      else beingMade.delete(author);
    }
  };
}

/** For how many milliseconds an author has made `most` comments in the last minute; 0: not so many. */
async function waitOf(comments: CommentModel, author: string, most: number): Promise<number> {
  if (most <= 0) return 1_000;
  // The index holds all that is read; removed comments count, as they were made.
  const [reached] = await comments.collection
    .aggregate<{ age: number }>(
      [
        { $match: { author: new Types.ObjectId(author) } },
        { $sort: { author: 1, at: -1 } },
        { $project: { _id: 0, at: 1 } },
        { $skip: most - 1 },
        { $limit: 1 },
        { $project: { age: { $subtract: ["$$NOW", { $toDate: "$at" }] } } },
      ],
      { maxTimeMS: operationTimeout },
    )
    .toArray();
  return reached ? minute - reached.age : 0;
}
