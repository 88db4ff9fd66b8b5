import pLimit from "p-limit";
import type { Actor, ActorName } from "./latch.ts";

/** What one run did: every step in its order, and where either request could have made the next one. */
export interface Trace {
  steps: { by: ActorName; at: string; isFree: boolean }[];
}

/** Says who makes the next step where both can; `index` counts all steps. */
export type Choose = (index: number) => ActorName;

/** Steps two requests by turns, as chosen, until both have ended. */
export async function interleave(actors: readonly Actor[], choose: Choose): Promise<Trace> {
  const trace: Trace = { steps: [] };
  // Up to its first latch a request does nothing that the other could see.
  for (const actor of actors) await actor.step();
  for (;;) {
    const able = actors.filter((actor) => actor.waitsAt !== undefined);
    const isFree = able.length > 1;
    const wanted = isFree ? choose(trace.steps.length) : able[0]?.name;
    const next = able.find(({ name }) => name === wanted);
    if (!next) return trace;
    trace.steps.push({ by: next.name, at: next.waitsAt as string, isFree });
    await next.step();
  }
}

export type Play = (choose: Choose) => Promise<Trace>;

/** Plays every interleaving once: a run's free choices, each turned the other way, are where the next ones branch off. */
export async function playAll(play: Play, atOnce: number): Promise<void> {
  const limit = pLimit(atOnce);
  const from = async (prefix: readonly ActorName[]): Promise<void> => {
    const { steps } = await limit(() => play((index) => prefix[index] ?? "R"));
    const branches = steps.flatMap(({ isFree }, index) => {
      if (!isFree || index < prefix.length) return [];
      return [[...steps.slice(0, index).map(({ by }) => by), "L" as const]];
    });
    await Promise.all(branches.map(from));
  };
  await from([]);
}

/** Plays interleavings drawn from a seed, some of them in favour of one request. */
export async function playSome(play: Play, { count, seed, atOnce }: { count: number; seed: number; atOnce: number }) {
  const limit = pLimit(atOnce);
  const runs = Array.from({ length: count }, (_, run) => {
    const random = randomFrom(seed * 100_003 + run);
    const favour = 0.15 + 0.7 * random();
    return limit(() => play(() => (random() < favour ? "R" : "L")));
  });
  await Promise.all(runs);
}

/** Mulberry32: numbers from 0 to 1 that a seed repeats. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
