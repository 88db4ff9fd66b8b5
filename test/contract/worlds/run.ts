import type { MongoClient } from "mongodb";
import pLimit from "p-limit";
import { vi } from "vitest";
import type { Cell, Side } from "./cell.ts";
import { Peers } from "./peers.ts";
import type { Sides } from "./sides.ts";
import { defaultPace } from "./step.ts";
import { type Observation, World } from "./world.ts";

/** Who takes which step. All are compared with the first. */
export const rules: Record<string, (step: number) => Side> = {
  "all at Express": () => "express",
  "all at ours": () => "ours",
  "alternating, from Express": (step) => (step % 2 === 0 ? "express" : "ours"),
  "alternating, from ours": (step) => (step % 2 === 0 ? "ours" : "express"),
};

export interface Comparison {
  cells: number;
  steps: number;
  documents: number;
  setCookies: number;
  /** The first difference of each world: what follows it, follows from it. */
  differences: string[];
}

/** Requests under way at once. */
const width = 64;

/**
 * Drives every cell through its script in each world, all at the same time by the same clock, which stands still while a
 * step is taken: so all times are compared as they are, to the millisecond.
 */
export async function compare(
  cells: readonly Cell[],
  { client, dbName, sides }: { client: MongoClient; dbName: string; sides: Sides },
): Promise<Comparison> {
  const peers = new Peers();
  await peers.listen();
  const worlds = cells.map((cell, place) =>
    Object.entries(rules).map(([name, sideOf], world) => {
      const collectionName = `sessions-${place}-${world}`;
      return new World({ cell, name, sideOf, place: { client, dbName, collectionName }, peers, sides });
    }),
  );
  const result: Comparison = { cells: cells.length, steps: 0, documents: 0, setCookies: 0, differences: [] };
  const diverged = new Set<World>();
  const limit = pLimit(width);
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / 1000) * 1000 });
  try {
    for (const [pace, together] of byPace(cells)) {
      vi.setSystemTime(Date.now() + pace.after);
      await Promise.all(
        together.map(async (place) => {
          const cell = cells[place] as Cell;
          const step = cell.steps[pace.step];
          if (!step) return;
          const seen = await Promise.all(
            (worlds[place] as World[]).map((world) => limit(() => world.take(step, pace.step))),
          );
          const [expected] = seen as [Observation];
          result.steps += seen.length;
          for (const [at, observation] of seen.entries()) {
            const world = worlds[place]?.[at] as World;
            result.documents += observation.documents.length;
            result.setCookies += observation.setCookies.length;
            if (diverged.has(world)) continue;
            const lines = differencesOf(expected, observation);
            if (lines.length === 0) continue;
            diverged.add(world);
            result.differences.push([`${cell.name} | ${world.name} | ${pace.step}: ${step.name}`, ...lines].join("\n"));
          }
        }),
      );
    }
  } finally {
    vi.useRealTimers();
    await peers.close();
  }
  return result;
}

/** The steps of all cells in one order of time; those that are taken at the same place at the same pace go together. */
function* byPace(cells: readonly Cell[]): Generator<[{ step: number; after: number }, number[]]> {
  const length = Math.max(...cells.map(({ steps }) => steps.length));
  for (let step = 0; step < length; step += 1) {
    const places = Map.groupBy(cells.keys(), (place) => cells[place]?.steps[step]?.after ?? defaultPace);
    for (const [after, together] of places) yield [{ step, after }, [...together]];
  }
}

function differencesOf(expected: Observation, actual: Observation): string[] {
  return (Object.keys(expected) as (keyof Observation)[]).flatMap((key) => {
    const [before, after] = [expected[key], actual[key]].map((value) => JSON.stringify(value, undefined, 1));
    return before === after ? [] : [`  ${key}\n    at Express: ${before}\n    here:       ${after}`];
  });
}

export function summary(result: Comparison, what: string): string {
  const { cells, steps, documents, setCookies, differences } = result;
  return `${cells} ${what} x ${Object.keys(rules).length} worlds, ${steps} steps, ${documents} documents and ${setCookies} Set-Cookie headers compared, ${differences.length} differences`;
}
