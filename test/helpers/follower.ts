import { setTimeout } from "node:timers/promises";
import { MongoClient, type Timestamp } from "mongodb";
import { Counter, Registry } from "prom-client";
import type { Change } from "../../realtime/changes/change.ts";
import { followChanges } from "../../realtime/changes/follow.ts";
import { clusterTime, openSource, type Place } from "../../realtime/changes/source.ts";

/** What the follower of a real change stream was told and did, in order. */
export interface Follower {
  changes: Change[];
  starts: { time: Timestamp; lost: string | undefined }[];
  places: Place[];
  ends: string[];
  close(): Promise<void>;
}

/** Follows a database's changes on a client of its own, with pauses of 5 ms. */
export function startFollower(uri: string, dbName: string): Follower {
  const own = new MongoClient(uri, { maxPoolSize: 2 });
  const stopping = new AbortController();
  const seen = { changes: [], starts: [], places: [], ends: [] } as Omit<Follower, "close">;
  const ended = followChanges({
    now: () => clusterTime(own.db(dbName)),
    open(place) {
      seen.places.push(place);
      return openSource(own, own.db(dbName), place);
    },
    wait: () => setTimeout(5),
    stopping: stopping.signal,
    async onBatch(changes) {
      seen.changes.push(...changes);
    },
    async onStart(time, lost) {
      seen.starts.push({ time, lost });
    },
    metrics: { reopens: new Counter({ name: "x", help: "x", labelNames: ["end"], registers: [new Registry()] }) },
    log: { warn: (about: { ending: string }) => void seen.ends.push(about.ending) } as never,
  });
  return {
    ...seen,
    async close() {
      stopping.abort();
      await own.close();
      await ended;
    },
  };
}
