import type { ClientSession, MongoClient, Timestamp } from "mongodb";

/**
 * Reads what was true at a cluster time, or later: a member that is behind blocks until it has caught up, instead of
 * answering from before. The server refuses a time that the cluster has not reached, with code 72.
 */
export async function readAt<Result>(
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
