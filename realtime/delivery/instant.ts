import type { MongoClient, Timestamp } from "mongodb";
import { type Instant, isOutOfReach } from "../../shared/friends/queries.ts";
import { readAt } from "../../shared/read-at.ts";

/**
 * Reads at exactly a time of the stream, or where the server does not reach back to it, all of it at that time or later: half
 * of it would not go with the other half.
 */
export async function readAtInstant<Result>(
  client: MongoClient,
  time: Timestamp,
  read: (instant: Instant) => Promise<Result>,
): Promise<Result> {
  const readOnce = (isExact: boolean) => readAt(client, time, (session) => read({ time, session, isExact }));
  try {
    return await readOnce(true);
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    return readOnce(false);
  }
}
