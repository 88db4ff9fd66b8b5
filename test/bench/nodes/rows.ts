import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { until } from "../../helpers/until.ts";
import { now } from "../clock.ts";
import { bodyIn, type Crowd, gather } from "../fanout/crowd.ts";
import { type Child, type Setting, startChild } from "../processes.ts";
import { readStamp } from "../push/pace.ts";
import { quantile } from "../statistics.ts";
import { figure, textTable, verdict } from "../table.ts";
import type { Visitor, World } from "../world.ts";

const nodeCounts = [1, 4, 16] as const;
const people = 210;
/** People are friends in circles of so many: each comment goes to all of its author's. */
const circle = 21;
const rate = 200;
const warmUp = 200;
/** One measurement: more than the bench's usual, as the database's own work comes in waves. Seconds. */
const length = 10;
const settling = 1_500;
const patience = 20_000;

export function estimateNodes(): number {
  return nodeCounts.length * (length + 10);
}

/** The table of nodes side by side: what each further change stream costs, with the same people and the same comments. */
export async function nodesRows(
  world: World,
  setting: Setting,
  options: { progress: (text: string) => void },
): Promise<string> {
  const visitors = await world.addVisitors(people);
  const circleOf = new Map<string, number>();
  for (let first = 0; first < people; first += circle) {
    const members = visitors.slice(first, first + circle);
    for (const [i, { person }] of members.entries()) {
      circleOf.set(person.id, first);
      await world.befriend(
        person,
        members.slice(i + 1).map((member) => member.person),
      );
    }
  }
  const rows: string[][] = [];
  for (const count of nodeCounts) {
    options.progress(`nodes: ${count}`);
    await world.refreshSessions();
    rows.push(await measure(world, setting, { count, visitors, circleOf }));
  }
  const header = ["nodes", "p50 ms", "p99 ms", "mongod CPU", "a node's CPU", "deliveries", "lost", "leaked", "target"];
  return `Nodes side by side: insert sent to receipt, ${rate} comments/s to ${circle} people each, ${people} sockets in all\n${textTable(">>>>>>>><", [header, ...rows])}`;
}

async function measure(
  world: World,
  setting: Setting,
  given: { count: number; visitors: readonly Visitor[]; circleOf: ReadonlyMap<string, number> },
): Promise<string[]> {
  const { count, visitors, circleOf } = given;
  await using stack = new AsyncDisposableStack();
  const nodes: Child[] = [];
  for (let i = 0; i < count; i++) nodes.push(stack.use(await startChild("push/kith.ts", setting)));
  const writer = stack.use(await startChild("push/writer.ts", setting, { onServerCore: false }));

  let series = "";
  let delays: number[] = [];
  let leaked = 0;
  const onComment = (frame: Buffer, { person }: Visitor) => {
    const at = now();
    const stamp = readStamp(bodyIn(frame));
    if (stamp.series !== series) return;
    delays.push(at - stamp.sentAt);
    if (authorCircle(frame, circleOf) !== circleOf.get(person.id)) leaked += 1;
  };
  const crowds: Crowd[] = [];
  for (const [i, node] of nodes.entries()) {
    const here = visitors.filter((_, n) => n % count === i);
    const origin = setting.environment.PUBLIC_ORIGIN as string;
    crowds.push(stack.use(await gather(node.url, here, { origin, saysWho: true, onComment })));
  }
  await setTimeout(settling);

  const run = async (comments: number) => {
    [series, delays] = [crypto.randomUUID(), []];
    const authorIds = visitors.map(({ person }) => person.id);
    await writer.ask("writeInTurn", { authorIds, rate, count: comments, series });
    const expected = comments * circle;
    await until(() => delays.length >= expected, { timeout: patience, what: "all deliveries" }).catch(() => {});
    return expected - delays.length;
  };
  await run(warmUp);
  const before = { at: now(), mongod: await cpuOf(world.mongodPid), nodes: await cpuOfAll(nodes) };
  const lost = await run(rate * length);
  const seconds = (now() - before.at) / 1_000;
  const mongod = (await cpuOf(world.mongodPid)) - before.mongod;
  const each = ((await cpuOfAll(nodes)) - before.nodes) / count;
  const share = (cpu: number) => `${figure((100 * cpu) / seconds)} %`;
  return [
    figure(count),
    figure(quantile(delays, 0.5), 2),
    figure(quantile(delays, 0.99), 2),
    share(mongod),
    share(each),
    figure(delays.length),
    figure(lost),
    figure(leaked),
    verdict("none lost, none leaked", lost === 0 && leaked === 0),
  ];
}

const authorKey = Buffer.from('"author":{"id":"');

function authorCircle(frame: Buffer, circleOf: ReadonlyMap<string, number>): number | undefined {
  const start = frame.indexOf(authorKey) + authorKey.length;
  return circleOf.get(frame.toString("latin1", start, start + 24));
}

async function cpuOfAll(nodes: readonly Child[]): Promise<number> {
  const used = await Promise.all(nodes.map((node) => node.cpu()));
  return used.reduce((sum, each) => sum + each, 0) / 1e6;
}

/** Clock ticks a second, as Linux counts them for every process (proc(5)). */
const ticks = 100;

/** Seconds of CPU that a process has used. */
async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
