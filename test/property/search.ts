import fc from "fast-check";
import { type Faults, isFaulty } from "./check.ts";
import { type History, histories, historyOf } from "./history.ts";
import { runHistory } from "./run.ts";
import type { World } from "./world.ts";

/** How many histories are played at once: their changes share batches, and nobody waits for one that lags. */
const atOnce = 60;

export interface Found extends Faults {
  /** `historyOf` makes the history of it. */
  seed: number;
}

/**
 * Plays the histories of `count` seeds, from `seed` on. Ends early after the first fault where `untilFault`; what was
 * begun is played to its end.
 */
export async function search(
  world: World,
  options: {
    seed: number;
    count: number;
    untilFault?: boolean;
    played?: (count: number, faults: number) => void;
  },
): Promise<Found[]> {
  const found: Found[] = [];
  let next = options.seed;
  let played = 0;
  const isDone = () => next >= options.seed + options.count || (options.untilFault && found.length > 0);
  const work = async () => {
    while (!isDone()) {
      const seed = next;
      next += 1;
      const { leaks, losses } = await play(world, historyOf(seed));
      if (isFaulty({ leaks, losses })) found.push({ seed, leaks, losses });
      played += 1;
      options.played?.(played, found.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, options.count) }, work));
  return found;
}

/** A history that does not come to its end counts as one in which something was lost. */
async function play(world: World, history: History): Promise<Faults> {
  try {
    return await runHistory(world, history);
  } catch (error) {
    return { leaks: [], losses: [String(error)] };
  }
}

/** How often a history is played in which a race is to show itself again. */
const tries = 8;

/**
 * A history as short as can be found in `limit` milliseconds that shows a fault like that of a seed; undefined where the
 * fault does not show itself again.
 */
export async function shrink(world: World, seed: number, limit: number): Promise<string | undefined> {
  const impatient: World = { ...world, patience: world.patience / 4 };
  const property = fc.asyncProperty(histories, async (history) => {
    const outcomes = await Promise.all(Array.from({ length: tries }, () => play(impatient, history)));
    const faulty = outcomes.find(isFaulty);
    if (faulty) throw new Error([...faulty.leaks, ...faulty.losses].join("\n"));
  });
  const { counterexample, errorInstance } = await fc.check(property, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: limit,
  });
  if (!counterexample) return undefined;
  const [history] = counterexample;
  return `${JSON.stringify(history)}\n${errorInstance instanceof Error ? errorInstance.message : errorInstance}`;
}
