import type { Log } from "../shared/log.ts";
import type { Recheck } from "./recheck.ts";

/** Twice as often as an end must be found where the stream does not tell of it: milliseconds. */
export const sweepInterval = 15_000;

export interface Sweep {
  close(): void;
}

/** Rechecks everybody again and again, one sweep after the other. What cannot be read now is left to the next one. */
export function startSweep(options: { recheck: Pick<Recheck, "all">; log: Log; interval?: number | undefined }): Sweep {
  const { recheck, log, interval = sweepInterval } = options;
  let isClosed = false;
  let isFailing = false;
  let timer = setTimeout(() => void sweep(), interval);

  async function sweep(): Promise<void> {
    const start = performance.now();
    try {
      await recheck.all();
      isFailing = false;
    } catch (error) {
      // Once an outage: it lasts longer than a sweep, and concerns every session alike.
      if (!isFailing && !isClosed) log.warn({ err: error }, "sessions could not be rechecked");
      isFailing = true;
    }
    if (!isClosed) timer = setTimeout(() => void sweep(), Math.max(0, interval - (performance.now() - start)));
  }

  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
