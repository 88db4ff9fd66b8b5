import type { RealtimeMetrics } from "./metrics.ts";

/** Milliseconds between two rounds at least, so that a storm of reasons makes no storm of requests. */
const shortestInterval = 2_000;

/** Tells all sockets to load anew. */
export interface Resyncs {
  /** At once: before anything that comes after a gap of any length. */
  tell(reason: string): void;
  /** At once, or when the round before is over; each call is followed by a round. */
  request(reason: string): void;
}

export function createResyncs(options: {
  /** Starts a round and returns how many milliseconds it takes. */
  startAnew(reason: string): number;
  metrics: Pick<RealtimeMetrics, "resyncs">;
}): Resyncs {
  let next = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function tell(reason: string): void {
    clearTimeout(timer);
    timer = undefined;
    options.metrics.resyncs.inc({ reason });
    next = performance.now() + Math.max(shortestInterval, options.startAnew(reason));
  }

  return {
    tell,
    request(reason) {
      if (timer) return;
      const delay = next - performance.now();
      if (delay <= 0) tell(reason);
      else timer = setTimeout(() => tell(reason), delay).unref();
    },
  };
}
