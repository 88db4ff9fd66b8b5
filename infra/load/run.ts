import { setTimeout } from "node:timers/promises";
import { harm } from "./harm.ts";
import type { Verdict } from "./ledger.ts";
import type { LoadOptions } from "./options.ts";
import { startWorld } from "./world.ts";

/** How long everybody may take to show everything once the last comment was acknowledged, in milliseconds. */
const settling = 60_000;
const quiet = 1_000;

export interface LoadResult {
  /** Devices that came a second, from the handshake to a feed that is read. */
  connects: number;
  comments: number;
  deliveries: number;
  /** Seconds of commenting. */
  seconds: number;
  /** Milliseconds from sending a comment's request to each receipt. */
  receipts: number[];
  /** Resident bytes of all nodes that each socket added. */
  bytesPerSocket: number;
  resyncs: number;
  verdict: Verdict;
}

/** Runs a load from beginning to end on a database; rejects when `stopping` comes first. */
export async function runLoad(
  uri: string,
  options: LoadOptions,
  { stopping, say, progress }: { stopping: AbortSignal; say: (what: string) => void; progress: (text: string) => void },
): Promise<LoadResult> {
  const receipts: number[] = [];
  await using world = await startWorld({
    uri,
    people: options.people,
    friends: options.friends,
    nodes: options.nodes,
    environment: { DRAIN_SPREAD: "3s", SOCKETS_PER_ADDRESS: "100000" },
    onReceipt: (milliseconds) => receipts.push(milliseconds),
  });
  const memory = async () => (await Promise.all(world.nodes.map((node) => node.memory()))).reduce((a, b) => a + b, 0);
  const interval = setInterval(() => {
    const live = world.devices.filter(({ isLive }) => isLive).length;
    const { acknowledged, deliveries } = world.ledger;
    progress(`${live} of ${options.people} live, ${acknowledged} comments, ${deliveries} deliveries`);
  }, 1_000);
  try {
    const before = await memory();
    const start = performance.now();
    await world.connect();
    const connects = options.people / ((performance.now() - start) / 1_000);
    await setTimeout(quiet);
    const bytesPerSocket = ((await memory()) - before) / options.people;

    const ending = AbortSignal.any([stopping, AbortSignal.timeout(options.seconds * 1_000)]);
    const harming = harm(world, options, { stopping: ending, say });
    const began = performance.now();
    await world.comment(options.rate, ending);
    await harming;
    const seconds = (performance.now() - began) / 1_000;
    stopping.throwIfAborted();
    await world.settle(settling);
    const verdict = await world.verdict();
    const { acknowledged: comments, deliveries } = world.ledger;
    const resyncs = world.events.get("resync") ?? 0;
    return { connects, comments, deliveries, seconds, receipts, bytesPerSocket, resyncs, verdict };
  } finally {
    clearInterval(interval);
  }
}
