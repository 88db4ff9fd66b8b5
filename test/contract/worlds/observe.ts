import type { MongoClient } from "mongodb";
import { vi } from "vitest";
import type { Cell, Side } from "./cell.ts";
import { Peers } from "./peers.ts";
import type { Sides } from "./sides.ts";
import { defaultPace } from "./step.ts";
import { type Observation, World } from "./world.ts";

/** One cell at one side: what is seen of the last step of its script. */
export async function observeLast(
  cell: Cell,
  side: Side,
  { client, dbName, sides }: { client: MongoClient; dbName: string; sides: Sides },
): Promise<Observation> {
  const peers = new Peers();
  await peers.listen();
  const place = { client, dbName, collectionName: `sessions-${crypto.randomUUID()}` };
  const world = new World({ cell, name: side, sideOf: () => side, place, peers, sides });
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / 1000) * 1000 });
  try {
    let last: Observation | undefined;
    for (const [at, step] of cell.steps.entries()) {
      vi.setSystemTime(Date.now() + (step.after ?? defaultPace));
      last = await world.take(step, at);
    }
    return last as Observation;
  } finally {
    vi.useRealTimers();
    await peers.close();
  }
}
