import { setTimeout } from "node:timers/promises";
import { until } from "../../helpers/until.ts";
import { now } from "../clock.ts";
import { bodyIn, type Crowd, gather } from "../fanout/crowd.ts";
import { cpuOf } from "../machine.ts";
import { type Child, type Setting, startChild } from "../processes.ts";
import { readStamp } from "../push/pace.ts";
import { line, quantile } from "../statistics.ts";
import { figure, textTable, verdict } from "../table.ts";
import type { Visitor, World } from "../world.ts";

const nodeCounts = [1, 4, 16] as const;
const people = 210;
/** People are friends in circles of so many: each comment goes to all of its author's. */
const circle = 21;
/** Comments a second. With few, the core that all nodes share here is not full, and each reads every change by itself. */
const rates = [50, 200] as const;
const warmUp = 200;
/** As many nodes as the line through the measured ones is drawn to. */
const many = 50;
/** One measurement: more than the bench's usual, as the database's own work comes in waves. Seconds. */
const length = 10;
const settling = 1_500;
const patience = 20_000;

export function estimateNodes(): number {
  return nodeCounts.length * (10 + rates.length * (length + 2));
}

interface Measured {
  count: number;
  rate: number;
  p50: number;
  p99: number;
  /** Seconds of CPU a second: of the database server, and of a node. */
  mongod: number;
  node: number;
  /** Bytes a second that the database server sent. */
  sent: number;
  deliveries: number;
  lost: number;
  leaked: number;
}

/**
 * The table of nodes side by side: what each further change stream costs, with the same people and the same comments. The
 * lines through its columns say what one more node takes of the database, whatever it holds.
 */
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
  const measured: Measured[] = [];
  for (const count of nodeCounts) {
    options.progress(`nodes: ${count}`);
    await world.refreshSessions();
    measured.push(...(await measure(world, setting, { count, visitors, circleOf })));
  }
  const byRate = rates.map((rate) => measured.filter((each) => each.rate === rate));
  const header = [
    "comments/s",
    "nodes",
    "p50 ms",
    "p99 ms",
    "mongod CPU",
    "mongod sends",
    "a node's CPU",
    "deliveries",
  ];
  const table = textTable(">>>>>>>>>><", [[...header, "lost", "leaked", "target"], ...byRate.flat().map(describe)]);
  const title = `Nodes side by side: insert sent to receipt, comments to ${circle} people each, ${people} sockets in all`;
  return [title, table, ...byRate.map(describeSlope)].join("\n");
}

function describe(each: Measured): string[] {
  return [
    figure(each.rate),
    figure(each.count),
    figure(each.p50, 2),
    figure(each.p99, 2),
    `${figure(100 * each.mongod)} %`,
    `${figure(each.sent / 1_000)} kB/s`,
    `${figure(100 * each.node)} %`,
    figure(each.deliveries),
    figure(each.lost),
    figure(each.leaked),
    verdict("none lost, none leaked", each.lost === 0 && each.leaked === 0),
  ];
}

function describeSlope(measured: readonly Measured[]): string {
  const { rate = Number.NaN } = measured[0] ?? {};
  const cpu = line(measured.map(({ count, mongod }) => [count, mongod]));
  const sent = line(measured.map(({ count, sent }) => [count, sent]));
  const at = ({ start, slope }: typeof cpu) => start + many * slope;
  const each = `${figure(100 * cpu.slope, 2)} % of a core and ${figure(sent.slope / 1_000)} kB/s`;
  const aComment = `${figure((1e6 * cpu.slope) / rate)} us and ${figure(sent.slope / rate)} bytes a comment`;
  const atMany = `${figure(100 * at(cpu))} % and ${figure(at(sent) / 1_000)} kB/s`;
  return `${rate} comments/s: each node more takes of mongod ${each} (${aComment}); ${many} nodes in all ${atMany}`;
}

async function measure(
  world: World,
  setting: Setting,
  given: { count: number; visitors: readonly Visitor[]; circleOf: ReadonlyMap<string, number> },
): Promise<Measured[]> {
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

  const run = async (rate: number, comments: number) => {
    [series, delays] = [crypto.randomUUID(), []];
    const authorIds = visitors.map(({ person }) => person.id);
    await writer.ask("writeInTurn", { authorIds, rate, count: comments, series });
    const expected = comments * circle;
    await until(() => delays.length >= expected, { timeout: patience, what: "all deliveries" }).catch(() => {});
    return expected - delays.length;
  };
  const usage = async () => ({
    at: now(),
    mongod: await cpuOf(world.mongodPid),
    nodes: await cpuOfAll(nodes),
    sent: await world.sentBytes(),
  });
  await run(warmUp, warmUp);
  const measured: Measured[] = [];
  for (const rate of rates) {
    const before = await usage();
    leaked = 0;
    const lost = await run(rate, rate * length);
    const after = await usage();
    const each = (from: number, to: number) => (to - from) / ((after.at - before.at) / 1_000);
    measured.push({
      count,
      rate,
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
      mongod: each(before.mongod, after.mongod),
      node: each(before.nodes, after.nodes) / count,
      sent: each(before.sent, after.sent),
      deliveries: delays.length,
      lost,
      leaked,
    });
  }
  return measured;
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
