import { writeSync } from "node:fs";
import { expect } from "vitest";
import type { Ledger, Verdict } from "../../infra/load/ledger.ts";
import type { Server } from "../../infra/load/server.ts";
import { type LoadWorld, startWorld, type WorldOptions } from "../../infra/load/world.ts";
import { type Members, startMembers } from "../helpers/members.ts";
import { until } from "../helpers/until.ts";
import { type EndedSession, endASession } from "./ended-session.ts";
import { type Flow, openFlow } from "./flow.ts";
import { bounds, type Footprint, footprintOf, grown } from "./footprint.ts";

const strangers = 2;
/** Of all people together, in a second. Each may write 60 a minute. */
const rate = 10;

export interface FaultWorldOptions extends Partial<Omit<WorldOptions, "uri">> {
  members?: number;
  nodes?: number;
  people?: number;
  /** Of every mongod. */
  mongod?: Parameters<typeof startMembers>[1];
}

/** What a fault test has for its own use while people comment. */
export interface Run {
  flow: Flow;
  /** The session that was ended before the fault, tried on all processes all the time. */
  ended: EndedSession;
}

export interface Outcome {
  /** The longest silences that began or lasted since the fault, in seconds: between acknowledged comments, and deliveries. */
  writesGap: number;
  pushGap: number;
  /** How much later than the first comment acknowledged after the longest silence the first delivery came, in seconds. */
  pushAfterWrites: number;
  comments: number;
  /** Rounds of `resync` that the nodes began. */
  resyncs: number;
}

/** A replica set, several processes of Kith, and people with friends, two of them strangers to all. */
export interface FaultWorld extends AsyncDisposable {
  set: Members;
  nodes: readonly Server[];
  functions: readonly Server[];
  /** The people, their devices, and a database client of the test's own. */
  load: LoadWorld;
  ledger: Ledger;
  verdict(): Promise<Verdict>;
  /**
   * Lets people comment, does the fault, and when comments flow again ends: everybody shows everything once and nobody
   * anything else, the ended session was accepted nowhere, the processes are ready, the same ones except `restarted`, and
   * as large as before.
   */
  during(fault: (run: Run) => Promise<void>, options?: { restarted?: readonly Server[] }): Promise<Outcome>;
  /** Says what a fault did, on a line of the test's output. */
  report(line: string): void;
}

export async function startFaultWorld(options: FaultWorldOptions = {}): Promise<FaultWorld> {
  const { members = 3, people = 12, mongod, ...others } = options;
  await using stack = new AsyncDisposableStack();
  const set = stack.use(await startMembers(members, mongod));
  const load = stack.use(
    await startWorld({ uri: set.uri, friends: 4, nodes: 2, people: people + strangers, strangers, ...others }),
  );
  const { nodes, functions, ledger } = load;
  const servers = [...functions, ...nodes];
  await load.connect();
  const owned = stack.move();
  /** Of each process, when comments had flowed for the first time. */
  const baseline = new Map<number, Footprint>();

  async function resyncs(): Promise<number> {
    const counts = await Promise.all(nodes.map(async (node) => sumOf(await node.metrics(), "kith_resyncs_total")));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async function areWell(restarted: readonly Server[], pids: readonly number[]): Promise<void> {
    for (const [i, server] of servers.entries()) {
      expect(server.isRunning, `${server.name} to run:\n${server.output.slice(-2_000)}`).toBe(true);
      if (!restarted.includes(server)) expect(server.pid, `${server.name} to be the same process`).toBe(pids[i]);
      await server.ready();
    }
    for (const server of servers) {
      const before = baseline.get(server.pid);
      if (!before) continue;
      const bound = nodes.includes(server) ? bounds.node : bounds.functions;
      const more = async () => grown(before, await footprintOf(server.pid), bound);
      const isBack = async () => (await more()) === undefined;
      await until(isBack, { timeout: 20_000, what: `${server.name} to be as before` }).catch(() => {});
      expect(await more(), `what ${server.name} holds more of`).toBeUndefined();
    }
  }

  async function during(
    fault: (run: Run) => Promise<void>,
    { restarted = [] }: { restarted?: readonly Server[] } = {},
  ): Promise<Outcome> {
    const pids = servers.map(({ pid }) => pid);
    const acknowledgedBefore = ledger.acknowledged;
    // What a killed process counted is gone with it: of those it counts from zero.
    const resyncsBefore = restarted.length > 0 ? 0 : await resyncs();
    const stopping = new AbortController();
    const flow = openFlow(load);
    const ended = await endASession(load);
    const commenting = load.comment(rate, stopping.signal);
    let since: number;
    try {
      await flow.goesOn();
      for (const { pid } of servers) if (!baseline.has(pid)) baseline.set(pid, await footprintOf(pid));
      since = performance.now();
      await fault({ flow, ended });
      await flow.goesOn();
    } finally {
      stopping.abort();
      await ended.stop();
    }
    await commenting;
    const [writes, push] = [flow.writes.longestSilence(since), flow.push.longestSilence(since)];
    await load.settle(60_000);
    expect(await load.verdict()).toEqual({ lost: [], leaked: [], duplicated: [] });
    expect(ended.accepted, "where the ended session was accepted").toEqual([]);
    expect(ended.refusals).toBeGreaterThan(0);
    await areWell(restarted, pids);
    return {
      writesGap: seconds(writes.end - writes.start),
      pushGap: seconds(push.end - push.start),
      pushAfterWrites: seconds(flow.push.firstAfter(writes.end) - writes.end),
      comments: ledger.acknowledged - acknowledgedBefore,
      resyncs: (await resyncs()) - resyncsBefore,
    };
  }

  return {
    set,
    nodes,
    functions,
    load,
    ledger,
    verdict: load.verdict,
    during,
    // Straight to the output: a reporter would put it elsewhere.
    report: (line) => void writeSync(1, `${line}\n`),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The end of a report: what was measured, and that nothing was lost or leaked, which `during` has seen to. */
export function textOf({ writesGap, pushGap, comments, resyncs }: Outcome): string {
  return `writes resumed after ${writesGap} s, push after ${pushGap} s, ${comments} comments, 0 lost, 0 leaked, ${resyncs} resyncs`;
}

/** What holds whenever a primary is lost and a majority is not. */
export function expectPrimaryPromises({ writesGap, pushAfterWrites, resyncs }: Outcome): void {
  expect(writesGap).toBeLessThanOrEqual(15);
  expect(pushAfterWrites).toBeLessThanOrEqual(5);
  expect(resyncs).toBe(0);
}

/** Of all samples of a counter, whatever their labels. */
export function sumOf(samples: ReadonlyMap<string, number>, name: string): number {
  const own = [...samples].filter(([key]) => key === name || key.startsWith(`${name}{`));
  return own.reduce((sum, [, value]) => sum + value, 0);
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
