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

/** When to read: at exactly a cluster time, or else in a session of that time or later. */
export interface Instant {
  time: Timestamp;
  session: ClientSession;
  isExact: boolean;
}

/**
 * Reads at exactly a cluster time, or where the server does not reach back to it, all of it at that time or later: half of it
 * would not go with the other half.
 */
export async function readAtInstant<Result>(
  client: MongoClient,
  time: Timestamp,
  read: (instant: Instant) => Promise<Result>,
): Promise<Result> {
  const readAs = (isExact: boolean) => readAt(client, time, (session) => read({ time, session, isExact }));
  try {
    return await readAs(true);
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    return readAs(false);
  }
}

/** SnapshotTooOld and SnapshotUnavailable: by default the server reaches back 5 minutes, and never behind a new index. */
const noSnapshotCodes = new Set([239, 246]);

/** Whether a read at exactly a time failed as the server does not reach back to it. */
export function isOutOfReach(error: unknown): boolean {
  return noSnapshotCodes.has((error as { code?: number }).code ?? 0);
}

/** What a command says that reads at exactly a cluster time, in no session. */
export function exactly(time: Timestamp) {
  return { readConcern: { level: "snapshot", atClusterTime: time } };
}

/**
 * The options of a read in a session of `readAt`. Only what a majority has can never be rolled back behind a change that was
 * delivered. The object is made anew for each read: the driver writes the session's time into the read concern that it
 * is given, and a client-wide one would carry that time into everybody's reads.
 */
export function within(session: ClientSession | undefined): {
  session?: ClientSession;
  readConcern?: { level: "majority" };
} {
  return session ? { session, readConcern: { level: "majority" } } : {};
}
