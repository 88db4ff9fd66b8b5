import type { ClientSession, MongoClient } from "mongodb";
import { AppError } from "../../shared/errors.ts";
import { type Position, timestampOf } from "../../shared/position.ts";
import { isAhead, readAt } from "../../shared/read-at.ts";

/**
 * Reads what was true at a client's `time`, or later; without one, what the database answers.
 * @throws AppError `time_ahead` where the cluster has not come so far
 */
export async function readAtTime<Result>(
  client: MongoClient,
  time: Position | undefined,
  read: (session?: ClientSession) => Promise<Result>,
): Promise<Result> {
  if (time === undefined) return read();
  try {
    return await readAt(client, timestampOf(time), read);
  } catch (error) {
    if (isAhead(error)) throw new AppError("time_ahead", { cause: error });
    throw error;
  }
}
