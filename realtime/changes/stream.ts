import { setTimeout } from "node:timers/promises";
import { type ChangeStream, type Db, MongoClient, type ResumeToken, type Timestamp } from "mongodb";
import { clientOptions } from "../../shared/database.ts";
import { toAppError } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import type { RealtimeMetrics } from "../metrics.ts";
import { batches } from "./batches.ts";
import { type Change, pipeline, type RawChange, toChange } from "./change.ts";

export interface ChangesOptions {
  mongodbUri: string;
  dbName: string;
  log: Log;
  /** Takes changes in commit order, with the cluster time of the last; what rejects is handed over again. */
  onBatch(changes: Change[], time: Timestamp): Promise<void>;
  /**
   * The stream is open and tells everything after `time`; called before the first batch. `lost` says why something before
   * it may have been missed; undefined at the process's start. What rejects is called again.
   */
  onStart(time: Timestamp, lost: string | undefined): Promise<void>;
  metrics: Pick<RealtimeMetrics, "reopens">;
}

/** The one change stream of a process. */
export interface Changes {
  close(): Promise<void>;
}

const batchSize = 500;
/** The server answers each second even when nothing happens; after so long without an answer it hangs. Milliseconds. */
const silence = 10_000;
/** ChangeStreamFatalError, InvalidResumeToken, ChangeStreamHistoryLost: the place is lost and only now is left. */
const lostPlaceCodes = new Set([280, 260, 286]);
/** A place from which so many attempts fail, though the database answers, leads nowhere: it is given up. */
const patience = 5;

/** Opens the stream on a client of its own, whose pool it does not share with anybody's requests. */
export function openChanges(options: ChangesOptions): Changes {
  const client = new MongoClient(options.mongodbUri, { ...clientOptions, maxPoolSize: 2, socketTimeoutMS: silence });
  const db = client.db(options.dbName);
  const stopping = new AbortController();
  let stream: ChangeStream | undefined;
  /** The last event handed over, not the last one received. */
  let place: ResumeToken | undefined;
  let lost: string | undefined;
  let failures = 0;
  /** How often in a row this place led nowhere, though the database answered. */
  let stuck = 0;

  async function follow(): Promise<void> {
    const time = place ? undefined : await clusterTime(db);
    stream = db.watch(pipeline, time ? { startAtOperationTime: time } : { startAfter: place });
    let isStarted = time === undefined;
    for await (const batch of batches(stream as Pick<ChangeStream, "next" | "bufferedCount">, batchSize)) {
      const raw = batch as RawChange[];
      const last = raw.at(-1) as RawChange;
      if (!isStarted) {
        await options.onStart(time as Timestamp, lost);
        isStarted = true;
        lost = undefined;
      }
      await options.onBatch(
        raw.flatMap((event) => toChange(event) ?? []),
        last.clusterTime,
      );
      place = last._id;
      failures = 0;
      stuck = 0;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        if (stopping.signal.aborted) break;
        if (toAppError(error).code !== "unavailable") stuck += 1;
        const isLost = stuck > patience || lostPlaceCodes.has((error as { code?: number }).code ?? 0);
        if (isLost) {
          place = undefined;
          stuck = 0;
          lost = "the place in the change stream was lost";
        }
        options.metrics.reopens.inc({ end: isLost ? "lost" : "resumable" });
        options.log.warn({ err: error, isLost, failures }, "the change stream ended; it is opened again");
      } finally {
        await stream?.close().catch(() => {});
      }
      await setTimeout(pause(failures), undefined, { signal: stopping.signal }).catch(() => {});
      failures += 1;
    }
  }

  const ended = run();
  return {
    async close() {
      stopping.abort();
      await stream?.close().catch(() => {});
      await client.close();
      await ended;
    },
  };
}

/** The cluster's time now: a stream from here on misses nothing that comes after the answer. */
async function clusterTime(db: Db): Promise<Timestamp> {
  const { operationTime } = await db.command({ ping: 1 });
  return operationTime as Timestamp;
}

/** Milliseconds before the stream is opened again: 0.1 s to 10 s, doubling, with half of it random. */
function pause(failures: number): number {
  const full = Math.min(10_000, 100 * 2 ** failures);
  return full / 2 + (Math.random() * full) / 2;
}
