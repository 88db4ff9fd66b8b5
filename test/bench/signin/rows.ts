import assert from "node:assert/strict";
import { Agent } from "node:http";
import { now } from "../clock.ts";
import { type Setting, startChild } from "../processes.ts";
import { median, medianInterval } from "../statistics.ts";
import { figure, textTable, verdict } from "../table.ts";
import type { World } from "../world.ts";
import { attempt } from "./attempt.ts";

const warmUps = 10;

function lengthOf({ runs, seconds }: { runs: number; seconds: number }): number {
  return 4 * runs * seconds;
}

export function estimateSignIn(options: { runs: number; seconds: number }): number {
  return 5 + lengthOf(options);
}

/** How long a refusal takes at one connection: of a wrong password of somebody, and of nobody's. */
export async function signInRows(
  world: World,
  setting: Setting,
  options: { runs: number; seconds: number; progress: (text: string) => void },
): Promise<string> {
  // Each attempt says that it comes from an address of its own, or there would be no more than a hundred.
  const environment: Record<string, string> = { ...setting.environment, TRUST_PROXY: "loopback" };
  await using server = await startChild("http/kith.ts", { ...setting, environment });
  const origin = environment.PUBLIC_ORIGIN as string;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const known: number[] = [];
  const unknown: number[] = [];
  let sent = 0;
  let cpu = Number.NaN;
  const timed = async (username: string, times: number[]) => {
    const started = now();
    const status = await attempt(server.url, { agent, origin, username, address: addressOf(sent++) });
    if (sent > warmUps) times.push(now() - started);
    assert.equal(status, 401, `A sign-in was answered with ${status}.`);
  };
  try {
    const cpuBefore = await server.cpu();
    const end = now() + lengthOf(options) * 1000;
    for (let n = 0; now() < end; n++) {
      const visitor = world.visitors[n % world.visitors.length];
      const sides: [string, number[]][] = [
        [visitor?.person.username ?? "", known],
        [`nobody-${n}`, unknown],
      ];
      // By chance the first: in a fixed order each side would meet the same ones of the threads that hash, which take turns.
      for (const [username, times] of Math.random() < 0.5 ? sides.reverse() : sides) await timed(username, times);
      options.progress(`sign-ins: ${sent}`);
    }
    cpu = ((await server.cpu()) - cpuBefore) / sent / 1000;
  } finally {
    agent.destroy();
  }
  return table(known, unknown, cpu);
}

function addressOf(n: number): string {
  return `2001:db8:${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}::1`;
}

/** `cpu` is a sign-in's, in milliseconds: nearly all of it is the password's hash. */
function table(known: readonly number[], unknown: readonly number[], cpu: number): string {
  const pairs = Math.min(known.length, unknown.length);
  const differences = known.slice(0, pairs).map((time, i) => time - (unknown[i] ?? Number.NaN));
  const interval = medianInterval(differences);
  const row = (name: string, values: readonly number[]) => {
    const { low, high } = medianInterval(values);
    return [name, figure(values.length), figure(median(values), 2), `${figure(low, 2)} to ${figure(high, 2)}`];
  };
  const rows = [
    ["sign-in refused", "n", "median ms", "95 % interval", "target"],
    row("wrong password", known),
    row("unknown username", unknown),
    [...row("difference of pairs", differences), verdict("0 within", interval.low <= 0 && interval.high >= 0)],
  ];
  const cost = `CPU of one: ${figure(cpu)} ms, so a core takes ${figure(1000 / cpu, 1)} a second`;
  return `POST /api/session, 1 connection, in pairs\n${textTable("<>>><", rows)}\n${cost}`;
}
