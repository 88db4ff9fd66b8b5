import { setTimeout } from "node:timers/promises";
import { until } from "../../helpers/until.ts";
import { now } from "../clock.ts";
import { readStamp } from "../push/pace.ts";
import { quantile } from "../statistics.ts";
import type { Visitor } from "../world.ts";
import { bodyIn, gather } from "./crowd.ts";
import type { Side } from "./sides.ts";

/** Comments on their way at a time, in the closed loop. */
const outstanding = 32;
const warmUp = 1_000;
const settling = 1_000;
const patience = 20_000;

interface Setup {
  side: Side;
  author: Visitor;
  visitors: readonly Visitor[];
  origin: string;
  seconds: number;
}

/** Deliveries a second to all of these sockets, with 32 comments always on their way. */
export async function throughput(setup: Setup, emit: Side["emit"]): Promise<number> {
  const { side, author, visitors, origin, seconds } = setup;
  const size = visitors.length;
  let [sent, received] = [0, 0];
  let isRunning = false;
  let problem: unknown;
  const send = () => {
    sent += 1;
    emit(author, "throughput").catch((error) => {
      problem ??= error;
    });
  };
  using crowd = await gather(side.server.url, visitors, {
    origin,
    saysWho: side.saysWho,
    onComment() {
      received += 1;
      if (isRunning && received % size === 0) send();
    },
  });
  await setTimeout(settling);
  isRunning = true;
  for (let i = 0; i < outstanding; i++) send();
  await setTimeout(warmUp);
  const [before, start] = [received, now()];
  await setTimeout(seconds * 1_000);
  const rate = ((received - before) / (now() - start)) * 1_000;
  isRunning = false;
  await until(() => problem !== undefined || received === sent * size, {
    timeout: patience,
    what: `all of ${sent} comments at ${crowd.size} sockets`,
  });
  if (problem !== undefined) throw problem;
  return rate;
}

export interface Latency {
  /** Milliseconds from before a comment is sent to each receipt. */
  p50: number;
  p99: number;
  /** The same from when the database had acknowledged the comment, which is when bare Socket.IO emits it. */
  p99Committed: number;
}

/** Of each receipt, at a rate of comments a second. */
export async function latency(setup: Setup, rate: number): Promise<Latency> {
  const { side, author, visitors, origin, seconds } = setup;
  let receipts: { sentAt: number; at: number }[] = [];
  let series = "";
  using crowd = await gather(side.server.url, visitors, {
    origin,
    saysWho: side.saysWho,
    onComment(frame) {
      const at = now();
      const stamp = readStamp(bodyIn(frame));
      if (stamp.series === series) receipts.push({ sentAt: stamp.sentAt, at });
    },
  });
  await setTimeout(settling);
  const run = async (count: number) => {
    [series, receipts] = [crypto.randomUUID(), []];
    const acknowledged = await side.write(author, { rate, count, series });
    await until(() => receipts.length === count * visitors.length, {
      timeout: patience,
      what: `all of ${count} comments at ${crowd.size} sockets`,
    });
    return acknowledged;
  };
  await run(rate);
  const acknowledged = await run(rate * seconds);
  // Written one after the other, they were sent in the order in which they were acknowledged.
  const sent = [...new Set(receipts.map(({ sentAt }) => sentAt))].sort((a, b) => a - b);
  const committedAt = new Map(sent.map((sentAt, i) => [sentAt, sentAt + (acknowledged[i] ?? 0)]));
  const delays = receipts.map(({ sentAt, at }) => at - sentAt);
  const committed = receipts.map(({ sentAt, at }) => Math.max(0, at - (committedAt.get(sentAt) as number)));
  return {
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    p99Committed: quantile(side.isStampedBefore ? committed : delays, 0.99),
  };
}

/** Resident bytes that each of these sockets costs, and how many of them come back a second after all were lost at once. */
export async function crowd({ side, visitors, origin }: Omit<Setup, "author" | "seconds">) {
  const { server } = side;
  const size = visitors.length;
  const before = await server.ask<number>("residentMemory");
  {
    using _ = await gather(server.url, visitors, { origin, saysWho: side.saysWho });
    await setTimeout(settling);
    const after = await server.ask<number>("residentMemory");
    const perSocket = (after - before) / size;
    _[Symbol.dispose]();
    await until(async () => (await server.ask<number>("sockets")) === 0, { timeout: patience, what: "no sockets" });
    using again = await gather(server.url, visitors, { origin, saysWho: side.saysWho });
    return { perSocket, reconnects: (size / again.joining) * 1_000 };
  }
}
