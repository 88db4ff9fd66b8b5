import type { LoadWorld } from "../../infra/load/world.ts";
import { until } from "../helpers/until.ts";

/** Moments in their order, on performance.now's clock, and the silences between them. */
export interface Track {
  /** The longest time between two neighbours of which the second is later than `since`. */
  longestSilence(since: number): { start: number; end: number };
  /** Infinity where there is none yet. */
  firstAfter(moment: number): number;
}

/** Whether comments are acknowledged and delivered. */
export interface Flow {
  writes: Track;
  push: Track;
  /** Resolves when comments sent from now on are acknowledged and some told to somebody. */
  goesOn(): Promise<void>;
}

/** Comments that must have been acknowledged until they are said to flow. */
const some = 10;

export function openFlow({ acknowledgedAt, toldAt }: Pick<LoadWorld, "acknowledgedAt" | "toldAt">): Flow {
  return {
    writes: trackOf(acknowledgedAt),
    push: trackOf(toldAt),
    async goesOn() {
      const [acknowledged, told] = [acknowledgedAt.length, toldAt.length];
      const flows = () => acknowledgedAt.length >= acknowledged + some && toldAt.length >= told + some;
      await until(flows, { timeout: 60_000, what: "comments to be acknowledged and delivered" });
    },
  };
}

/** `moments` may go on growing. */
export function trackOf(moments: readonly number[]): Track {
  return {
    longestSilence(since) {
      let longest = { start: since, end: since };
      for (const [i, end] of moments.entries()) {
        const start = moments[i - 1];
        if (start === undefined || end <= since) continue;
        if (end - start > longest.end - longest.start) longest = { start, end };
      }
      return longest;
    },
    firstAfter: (moment) => moments.find((each) => each >= moment) ?? Number.POSITIVE_INFINITY,
  };
}
