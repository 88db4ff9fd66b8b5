import { MongoServerError, Timestamp } from "mongodb";
import { Counter, Registry } from "prom-client";
import type { Change, RawChange } from "../../realtime/changes/change.ts";
import { type FollowOptions, followChanges } from "../../realtime/changes/follow.ts";
import type { Batch, Place, Source } from "../../realtime/changes/source.ts";

/** What the calls of the follower meet, each in its turn; once a list is used up, all goes well. */
export interface Script {
  /** The code of an error, or 0. */
  now: number[];
  open: number[];
  /** How many events a batch may hold; the code of an error, negative; or the end by an invalidate event. */
  read: (number | "invalidate")[];
  onBatch: number[];
  onStart: number[];
  /** What happens on the server behind each look at its time, before each read and in each wait: whether it is told. */
  happens: boolean[];
}

export type Call =
  | { call: "open"; from: number }
  | { call: "start"; time: number; lost: string | undefined }
  | { call: "batch"; numbers: number[] }
  | { call: "wait"; milliseconds: number };

/** A server whose events are numbered from 1 on, and what a follower of it did until it had all of them. */
export async function follow(script: Partial<Script>): Promise<{ calls: Call[]; log: boolean[]; ends: string[] }> {
  const left = { now: [], open: [], read: [], onBatch: [], onStart: [], happens: [], ...structuredClone(script) };
  const stopping = new AbortController();
  const calls: Call[] = [];
  const log: boolean[] = [];
  const ends: string[] = [];
  const fail = (code: number | undefined) => {
    if (code) throw new MongoServerError({ message: "scripted", code });
  };
  const happen = () => {
    const next = left.happens.shift();
    if (next !== undefined) log.push(next);
  };

  function sourceFrom(start: number): Source {
    let position = start;
    return {
      async next(): Promise<Batch> {
        happen();
        const step = left.read.shift() ?? Number.POSITIVE_INFINITY;
        if (typeof step === "number" && step < 0) fail(-step);
        if (step === "invalidate") return { events: [], token: { position }, isLast: true };
        const events: RawChange[] = [];
        while (position < log.length && events.length < step) {
          position += 1;
          if (log[position - 1]) events.push(event(position));
        }
        if (events.length === 0 && step === Number.POSITIVE_INFINITY && left.happens.length === 0) {
          stopping.abort();
          stopping.signal.throwIfAborted();
        }
        return { events, token: { position }, isLast: false };
      },
      close() {},
    };
  }

  const options: FollowOptions = {
    async now() {
      fail(left.now.shift());
      const time = timeOf(log.length);
      happen();
      return time;
    },
    async open(place) {
      const from = positionOf(place);
      calls.push({ call: "open", from });
      fail(left.open.shift());
      return sourceFrom(from);
    },
    async onBatch(changes) {
      fail(left.onBatch.shift());
      calls.push({ call: "batch", numbers: changes.map(numberOf) });
    },
    async onStart(time, lost) {
      fail(left.onStart.shift());
      calls.push({ call: "start", time: time.getLowBits(), lost });
    },
    async wait(milliseconds) {
      calls.push({ call: "wait", milliseconds });
      happen();
    },
    stopping: stopping.signal,
    metrics: { reopens: new Counter({ name: "x", help: "x", labelNames: ["end"], registers: [new Registry()] }) },
    log: { warn: (about: { ending: string }) => void ends.push(about.ending) } as never,
  };
  await followChanges(options);
  return { calls, log, ends };
}

function timeOf(position: number): Timestamp {
  return new Timestamp({ t: 0, i: position });
}

function positionOf(place: Place): number {
  if ("startAtOperationTime" in place) return place.startAtOperationTime.getLowBits() - 1;
  return (place.startAfter as { position: number }).position;
}

/** A beat: the one event that carries a number. */
function event(number: number): RawChange {
  const document = { documentKey: { _id: "node" }, fullDocument: { count: number } };
  return { _id: {}, operationType: "insert", clusterTime: timeOf(number), ns: { coll: "nodes" }, ...document };
}

function numberOf(change: Change): number {
  if (change.kind !== "beat") throw new Error(`Unexpected: ${change.kind}`);
  return change.count;
}
