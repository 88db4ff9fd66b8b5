import type { ClientSession, MongoClient, Timestamp } from "mongodb";

/** InvalidOptions: what the server answers to a read that asks for a time of which it has not heard. */
const invalidOptions = 72;

/**
 * Reads what was true at a cluster time, or later: a member that is behind blocks until it has caught up, instead of
 * answering from before. Rejects by `isAhead` for a time that the cluster has not reached.
 */
export async function readAt<Result>(
  client: MongoClient,
  time: Timestamp,
  read: (session: ClientSession) => Promise<Result>,
): Promise<Result> {
  try {
    return await readOnce(client, time, read);
  } catch (error) {
    if (!isAhead(error)) throw error;
    // A member that has not heard of the time either takes it from the primary's word, which the driver passes on.
    await client.db().command({ ping: 1 }, { readPreference: "primary" });
    return await readOnce(client, time, read);
  }
}

/** Whether a read failed as the cluster has not reached its time. */
export function isAhead(error: unknown): boolean {
  return (error as { code?: unknown }).code === invalidOptions;
}

async function readOnce<Result>(
  client: MongoClient,
  time: Timestamp,
  read: (session: ClientSession) => Promise<Result>,
): Promise<Result> {
  const session = client.startSession({ causalConsistency: true });
  try {
    session.advanceOperationTime(time);
    return await read(session);
  } finally {
    await session.endSession();
  }
}

/**
 * The options of a read in such a session. Only what a majority has can never be rolled back behind a change that was
 * delivered. The object is made anew for each read: the driver writes the session's time into the read concern that it
 * is given, and a client-wide one would carry that time into everybody's reads.
 */
export function within(session: ClientSession | undefined): {
  session?: ClientSession;
  readConcern?: { level: "majority" };
} {
  return session ? { session, readConcern: { level: "majority" } } : {};
}
