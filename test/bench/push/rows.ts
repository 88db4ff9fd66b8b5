import { until } from "../../helpers/until.ts";
import { type Child, type Setting, startChild } from "../processes.ts";
import { median, paired, quantile } from "../statistics.ts";
import { figure, range, textTable, verdict } from "../table.ts";
import type { Visitor, World } from "../world.ts";
import type { Order } from "./pace.ts";
import { connectReceivers } from "./receivers.ts";

const sides = ["Kith", "Express, in-process"] as const;
const friendCounts = [1, 200] as const;
const rate = 20;
const warmUp = { rate: 100, count: 100 };
const patience = 5_000;

/** Milliseconds at the median: with one friend online, and over the in-process emit with 200. */
const targets = { atOne: 5, overInProcess: 1.5 };

interface Measured {
  p50: number;
  p99: number;
  /** Until the insert was acknowledged to whoever wrote it. */
  acknowledged: number;
}

interface Running extends AsyncDisposable {
  url: string;
  writer: Child;
}

export function estimatePush({ runs, seconds }: { runs: number; seconds: number }): number {
  return runs * sides.length * (4 + friendCounts.length * (seconds + 2));
}

/** The rows of push: from just before the insert is sent to the last socket's receipt, 20 comments a second. */
export async function pushRows(
  world: World,
  setting: Setting,
  options: { runs: number; seconds: number; progress: (text: string) => void },
): Promise<string> {
  const audiences = await makeAudiences(world);
  const measured = audiences.map(() => sides.map((): Measured[] => []));
  for (let run = 1; run <= options.runs; run++) {
    for (const [side, name] of sides.entries()) {
      options.progress(`commit to socket: ${name}, run ${run} of ${options.runs}`);
      await world.refreshSessions();
      // Started anew each time: an idle realtime node would deliver the other side's comments too.
      await using running = await start(side, setting);
      for (const [i, audience] of audiences.entries()) {
        measured[i]?.[side]?.push(await measure(running, audience, setting, options.seconds));
      }
    }
  }
  const header = ["friends", "side", "p50 ms", "min-max", "p99 ms", "acknowledged", "Kith - Express", "target"];
  const rows = measured.flatMap((bySide, i) => describe(friendCounts[i] as number, bySide));
  return `Commit to socket: insert sent to last receipt, ${rate} comments/s\n${textTable("><>>>><<", [header, ...rows])}`;
}

interface Audience {
  author: Visitor;
  friends: Visitor[];
}

async function makeAudiences(world: World): Promise<Audience[]> {
  const left = [...world.visitors];
  const audiences: Audience[] = [];
  for (const count of friendCounts) {
    const [author, ...friends] = left.splice(0, 1 + count) as [Visitor, ...Visitor[]];
    await world.befriend(
      author.person,
      friends.map(({ person }) => person),
    );
    audiences.push({ author, friends });
  }
  return audiences;
}

async function start(side: number, setting: Setting): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startChild(side === 0 ? "push/kith.ts" : "peers/push.ts", setting));
  const writer = side === 0 ? stack.use(await startChild("push/writer.ts", setting, { onServerCore: false })) : server;
  const owned = stack.move();
  return { url: server.url, writer, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function measure(running: Running, audience: Audience, setting: Setting, seconds: number): Promise<Measured> {
  const origin = setting.environment.PUBLIC_ORIGIN as string;
  using receivers = await connectReceivers(running.url, origin, audience.friends);
  const write = async (order: Pick<Order, "rate" | "count" | "series">) => {
    const authorId = audience.author.person.id;
    const acknowledged = await running.writer.ask<number[]>("write", { ...order, authorId });
    const all = () => receivers.complete(order.series).length === order.count;
    await until(all, { timeout: patience, what: `all ${order.count} comments at all sockets` });
    return { acknowledged, received: receivers.complete(order.series) };
  };
  await write({ ...warmUp, series: crypto.randomUUID() });
  const { acknowledged, received } = await write({ rate, count: rate * seconds, series: crypto.randomUUID() });
  return { p50: quantile(received, 0.5), p99: quantile(received, 0.99), acknowledged: quantile(acknowledged, 0.5) };
}

function describe(friends: number, [kith = [], peer = []]: readonly Measured[][]): string[][] {
  const medians = [kith, peer].map((runs) => runs.map(({ p50 }) => p50)) as [number[], number[]];
  const difference = paired(...medians, (a, b) => a - b);
  const atOne = () => {
    const p50 = median(medians[0]);
    return verdict(`p50 <= ${targets.atOne} ms`, p50 <= targets.atOne);
  };
  const over = () => verdict(`<= ${targets.overInProcess} ms`, difference.median <= targets.overInProcess);
  return [kith, peer].map((runs, side) => [
    side === 0 ? String(friends) : "",
    sides[side] as string,
    figure(median(medians[side] as number[]), 2),
    range(medians[side] as number[], 2),
    figure(median(runs.map(({ p99 }) => p99)), 2),
    figure(median(runs.map(({ acknowledged }) => acknowledged)), 2),
    side === 1 ? `${figure(difference.median, 2)} ms (${range([difference.min, difference.max], 2)})` : "",
    side === 0 && friends === 1 ? atOne() : side === 1 && friends > 1 ? over() : "",
  ]);
}
