import type { Setting } from "../processes.ts";
import { median, paired } from "../statistics.ts";
import { figure, range, textTable, verdict } from "../table.ts";
import type { Visitor, World } from "../world.ts";
import { crowd, latency, throughput } from "./measure.ts";
import { startSides } from "./sides.ts";

const sockets = 1_000;
const roomUsers = 200;
const latencyRate = 100;
/** At least so long, in seconds: of 300 comments, the slowest hundredth would be three. */
const latencySeconds = 10;
const crowdSize = 5_000;
const targets = { everybody: 1.1, rooms: 0.95, p99: 2, kibibytes: 40, reconnects: 0.6 };

export function estimateFanout({ runs, seconds }: { runs: number; seconds: number }): number {
  return runs * (10 + 2 * (2 * (seconds + 4) + Math.max(seconds, latencySeconds) + 24));
}

/** The rows of fan-out: Kith from the database against Socket.IO by itself, in the same run and with the same clients. */
export async function fanoutRows(
  world: World,
  setting: Setting,
  options: { runs: number; seconds: number; progress: (text: string) => void },
): Promise<string> {
  const { runs, seconds } = options;
  const origin = setting.environment.PUBLIC_ORIGIN as string;
  options.progress("fan-out: making people");
  const everybody = await makeCircle(world, sockets);
  const users = await makeCircle(world, roomUsers);
  const others = await world.addVisitors(crowdSize);
  const measured = [makeMeasured(), makeMeasured()] as const;
  for (let run = 1; run <= runs; run++) {
    await world.refreshSessions();
    await using sides = await startSides(setting);
    for (const [i, side] of sides.entries()) {
      const say = (what: string) => options.progress(`fan-out: ${side.name}, ${what}, run ${run} of ${runs}`);
      const results = measured[i as 0 | 1];
      const setup = (visitors: readonly Visitor[]) => ({
        side,
        author: visitors[0] as Visitor,
        visitors,
        origin,
        seconds,
      });
      say(`${sockets} sockets`);
      results.everybody.push(await throughput(setup(everybody), side.emit));
      say(`${roomUsers} rooms`);
      const tabs = Array.from({ length: sockets / roomUsers }, () => users).flat();
      results.rooms.push(await throughput(setup(tabs), side.emitToRoom));
      say(`${latencyRate} comments/s`);
      const { p50, p99, p99Committed } = await latency(
        { ...setup(users), seconds: Math.max(seconds, latencySeconds) },
        latencyRate,
      );
      results.p50.push(p50);
      results.p99.push(p99);
      results.p99Committed.push(p99Committed);
    }
    // In processes of their own: memory that was used before would hide what sockets take.
    await sides[Symbol.asyncDispose]();
    await using fresh = await startSides(setting);
    for (const [i, side] of fresh.entries()) {
      options.progress(`fan-out: ${side.name}, ${crowdSize} sockets, run ${run} of ${runs}`);
      const { perSocket, reconnects } = await crowd({ side, visitors: others, origin });
      measured[i as 0 | 1].kibibytes.push(perSocket / 1_024);
      measured[i as 0 | 1].reconnects.push(reconnects);
    }
  }
  return table(measured);
}

const makeMeasured = () => ({
  everybody: [] as number[],
  rooms: [] as number[],
  p50: [] as number[],
  p99: [] as number[],
  p99Committed: [] as number[],
  kibibytes: [] as number[],
  reconnects: [] as number[],
});
type Measured = ReturnType<typeof makeMeasured>;

/** People who are all friends of the first one. */
async function makeCircle(world: World, size: number): Promise<Visitor[]> {
  const [author, ...friends] = (await world.addVisitors(size)) as [Visitor, ...Visitor[]];
  await world.befriend(
    author.person,
    friends.map(({ person }) => person),
  );
  return [author, ...friends];
}

function table([kith, bare]: readonly [Measured, Measured]): string {
  const row = (
    what: string,
    name: keyof Measured,
    decimals: number,
    target?: (ratio: number, own: number) => string,
  ) => {
    const ratio = paired(kith[name], bare[name], (a, b) => a / b);
    const own = median(kith[name]);
    return [
      what,
      `${figure(own, decimals)} (${range(kith[name], decimals)})`,
      `${figure(median(bare[name]), decimals)} (${range(bare[name], decimals)})`,
      `${figure(ratio.median, 2)} (${range([ratio.min, ratio.max], 2)})`,
      target?.(ratio.median, own) ?? "",
    ];
  };
  const atLeast = (least: number) => (ratio: number) => verdict(`>= ${least}x`, ratio >= least);
  const atMost = (most: number) => (ratio: number) => verdict(`<= ${most}x`, ratio <= most);
  const header = ["", "Kith, from the database", "bare Socket.IO", "Kith / bare", "target"];
  const rows = [
    row(`deliveries/s to ${figure(sockets)} sockets; bare: io.emit`, "everybody", 0, atLeast(targets.everybody)),
    row(
      `deliveries/s to ${roomUsers} user rooms, ${figure(sockets)} sockets; bare: one room`,
      "rooms",
      0,
      atLeast(targets.rooms),
    ),
    row(`p50 ms, ${latencyRate} comments/s to ${roomUsers} people`, "p50", 2),
    row("p99 ms, the same", "p99", 2),
    row("p99 ms from the acknowledged commit; bare: from the emit then", "p99Committed", 2, atMost(targets.p99)),
    row(`KiB RSS a socket, ${figure(crowdSize)} sockets`, "kibibytes", 1, (_, own) =>
      verdict(`<= ${targets.kibibytes} KiB`, own <= targets.kibibytes),
    ),
    row(
      `reconnects/s, ${figure(crowdSize)} at once; bare: without a session`,
      "reconnects",
      0,
      atLeast(targets.reconnects),
    ),
  ];
  return `Fan-out: from before the insert (bare: before the emit) to the receipt\n${textTable("<>>><", [header, ...rows])}`;
}
