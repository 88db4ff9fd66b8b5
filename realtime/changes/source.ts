import { type Db, Long, type MongoClient, type ResumeToken, Timestamp } from "mongodb";
import { pipeline, type RawChange } from "./change.ts";

/**
 * Where a stream starts: behind a token, also that of the event that invalidated the stream before, or with the first event
 * of a time or later.
 */
export type Place = { startAfter: ResumeToken } | { startAtOperationTime: Timestamp };

/** The place behind all that happened until a time. */
export function placeAfter(time: Timestamp): Place {
  // The time's own event is over; were it one that no stream gets past, this one would not either.
  return { startAtOperationTime: Timestamp.fromBits(time.getLowBits() + 1, time.getHighBits()) };
}

export interface Batch {
  /** In commit order; none where nothing happened. */
  events: RawChange[];
  /** The place after the whole batch, which moves on also where there are no events. */
  token: ResumeToken;
  /** The server closed the stream behind this batch. */
  isLast: boolean;
}

/** An open change stream: everything after its place comes. */
export interface Source {
  /** The next batch; without events when a second went by. Rejects when the stream ends. */
  next(): Promise<Batch>;
  close(): void;
}

const batchSize = 500;
/** How long the server waits for an event, in milliseconds. */
const maxAwaitTime = 1_000;

/**
 * Opens a change stream; resolves when the server has it. By the commands themselves: the driver's ChangeStream opens itself
 * at the first read, resumes without any pause, and does not tell what of it is one batch.
 */
export async function openSource(client: MongoClient, db: Db, place: Place): Promise<Source> {
  // The server lets a cursor be read in the session that opened it alone.
  const session = client.startSession({ causalConsistency: false });
  const run = async (command: object) => (await db.command(command, { session })).cursor;
  try {
    const stages = [{ $changeStream: place }, ...pipeline];
    const cursor = await run({ aggregate: 1, pipeline: stages, cursor: { batchSize: 0 } });
    // The driver makes a number of a small one, which the server would not take for a cursor.
    const id = Long.fromValue(cursor.id);
    const collection = "$cmd.aggregate";
    return {
      async next() {
        const answer = await run({ getMore: id, collection, batchSize, maxTimeMS: maxAwaitTime });
        return {
          events: answer.nextBatch,
          token: answer.postBatchResumeToken,
          isLast: Long.fromValue(answer.id).isZero(),
        };
      },
      close() {
        // Nobody waits for it: a server that is away forgets the cursor by itself.
        db.command({ killCursors: collection, cursors: [id] }).catch(() => {});
        session.endSession().catch(() => {});
      },
    };
  } catch (error) {
    await session.endSession();
    throw error;
  }
}

/** The cluster's time now: a stream from here on misses nothing that comes after the answer. */
export async function clusterTime(db: Db): Promise<Timestamp> {
  const { operationTime } = await db.command({ ping: 1 });
  return operationTime;
}
