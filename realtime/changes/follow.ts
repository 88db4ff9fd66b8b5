import type { Timestamp } from "mongodb";
import type { Log } from "../../shared/log.ts";
import type { RealtimeMetrics } from "../metrics.ts";
import { type Change, toChange } from "./change.ts";
import { invalidated, type Phase, type Verdict, verdictOf } from "./ending.ts";
import { type Batch, type Place, placeAfter, type Source } from "./source.ts";

/** What is done with what the stream brings. */
export interface ChangesHandlers {
  /** Takes changes in commit order, with the cluster time of the last; what rejects is handed over again. */
  onBatch(changes: Change[], time: Timestamp): Promise<void>;
  /**
   * The stream is open and tells everything after `time`; called before the first batch. `lost` says why something before
   * it may have been missed; undefined at the process's start. What rejects is called again.
   */
  onStart(time: Timestamp, lost: string | undefined): Promise<void>;
}

export interface FollowOptions extends ChangesHandlers {
  /** The cluster's time. */
  now(): Promise<Timestamp>;
  open(place: Place): Promise<Source>;
  /** Resolves after so many milliseconds, or when it is time to stop. */
  wait(milliseconds: number): Promise<void>;
  stopping: AbortSignal;
  metrics: Pick<RealtimeMetrics, "reopens">;
  log: Pick<Log, "warn">;
}

/** A place from which so many attempts in a row fail, though the database answers, leads nowhere: it is given up. */
const patience = 5;

/**
 * Follows the change stream until it is told to stop: opens it, hands over what it brings, and opens it again, however it
 * ends, after what was handed over and not after what was only read.
 */
export async function followChanges(options: FollowOptions): Promise<void> {
  const { stopping, metrics, log } = options;
  /** After the last batch that was handed over; undefined where only now is left. */
  let place: Place | undefined;
  /** When the open stream started anew, until that was said. */
  let start: Timestamp | undefined;
  /** Why changes before that may have been missed, until that was said. */
  let lost: string | undefined;
  let phase: Phase = "open";
  let failures = 0;
  /** How often in a row the place led nowhere, though the database answered. */
  let doubts = 0;

  async function open(): Promise<Source> {
    if (place) return options.open(place);
    // Asked for before, as what comes between would be nobody's.
    const time = await options.now();
    const now = placeAfter(time);
    const source = await options.open(now);
    place = now;
    start = time;
    return source;
  }

  async function handOver({ events, token }: Batch): Promise<void> {
    const last = events.at(-1);
    if (last)
      await options.onBatch(
        events.flatMap((event) => toChange(event) ?? []),
        last.clusterTime,
      );
    place = { startAfter: token };
    failures = 0;
    doubts = 0;
  }

  async function followOne(): Promise<Verdict> {
    phase = "open";
    const source = await open();
    try {
      phase = "deliver";
      if (start) await options.onStart(start, lost);
      start = undefined;
      lost = undefined;
      for (;;) {
        phase = "read";
        const batch = await source.next();
        phase = "deliver";
        await handOver(batch);
        if (batch.isLast) return invalidated;
      }
    } finally {
      source.close();
    }
  }

  while (!stopping.aborted) {
    let error: unknown;
    const verdict = await followOne().catch((reason: unknown) => {
      error = reason;
      return verdictOf(reason, phase);
    });
    if (stopping.aborted) return;
    if (place && verdict.place === "doubtful") doubts += 1;
    const isLost = place !== undefined && (verdict.place === "lost" || doubts > patience);
    if (isLost) {
      place = undefined;
      doubts = 0;
      lost = "the place in the change stream was lost";
    }
    const { ending } = verdict;
    metrics.reopens.inc({ end: ending });
    log.warn({ err: error, ending, isLost, failures }, "the change stream ended; it is opened again");
    await options.wait(pause(failures));
    failures += 1;
  }
}

/** At most so long after a database is back the stream is, too. Milliseconds. */
const longestPause = 2_000;

/** Milliseconds before the stream is opened again: from 0.1 s on, doubling, with half of it random. */
function pause(failures: number): number {
  const full = Math.min(longestPause, 100 * 2 ** failures);
  return full / 2 + (Math.random() * full) / 2;
}
