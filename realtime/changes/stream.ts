import { setTimeout } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { clientOptions } from "../../shared/database.ts";
import type { Log } from "../../shared/log.ts";
import type { RealtimeMetrics } from "../metrics.ts";
import { type ChangesHandlers, followChanges } from "./follow.ts";
import { clusterTime, openSource } from "./source.ts";

export interface ChangesOptions extends ChangesHandlers {
  mongodbUri: string;
  dbName: string;
  log: Log;
  metrics: Pick<RealtimeMetrics, "reopens">;
}

/** The one change stream of a process. */
export interface Changes {
  close(): Promise<void>;
}

/**
 * The server answers each second even when nothing happens; after so long without an answer it hangs. Milliseconds; little
 * more than a request waits, or comments would be written long before they are told.
 */
const silence = 7_000;

/** Opens the stream on a client of its own, whose pool it does not share with anybody's requests. */
export function openChanges(options: ChangesOptions): Changes {
  const { mongodbUri, dbName, onBatch, onStart, metrics, log } = options;
  const client = new MongoClient(mongodbUri, { ...clientOptions, maxPoolSize: 2, socketTimeoutMS: silence });
  const db = client.db(dbName);
  const stopping = new AbortController();
  const { signal } = stopping;

  const ended = followChanges({
    now: () => clusterTime(db),
    open: (place) => openSource(client, db, place),
    wait: (milliseconds) => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
    stopping: signal,
    onBatch,
    onStart,
    metrics,
    log,
  });
  return {
    async close() {
      stopping.abort();
      await client.close();
      await ended;
    },
  };
}
