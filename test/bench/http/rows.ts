import { type Child, type Setting, startChild } from "../processes.ts";
import { median, paired, quantile } from "../statistics.ts";
import { figure, range, textTable, verdict } from "../table.ts";
import type { World } from "../world.ts";
import { load } from "./load.ts";
import { readsOf } from "./reads.ts";
import { type Route, routes, verify } from "./verify.ts";

const sides = [
  { name: "Kith", script: "http/kith.ts" },
  { name: "Express, tuned", script: "peers/tuned.ts" },
  { name: "Express, as the samples", script: "peers/samples.ts" },
];
const connectionCounts = [1, 8, 64];
const warmUpSeconds = 2;

/** What Kith must be, in requests per second of the tuned Express. */
const targets: Record<number, number> = { 1: 0.95, 64: 4 };

interface Measured {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  /** Microseconds of the server's CPU for one request. */
  cost: number;
  /** The share of the time in which the server was on its core. */
  busy: number;
}

export function estimateHttp({ runs, seconds }: { runs: number; seconds: number }): number {
  return 10 + routes.length * sides.length * (warmUpSeconds + connectionCounts.length * runs * (seconds + 0.5));
}

/** The rows of HTTP: Kith and two Express peers, on the same sessions, cookies and users. */
export async function httpRows(
  world: World,
  setting: Setting,
  options: { runs: number; seconds: number; progress: (text: string) => void },
): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const servers: Child[] = [];
  for (const { name, script } of sides) {
    const server = stack.use(await startChild(script, setting));
    await verify(name, server.url, world.visitors);
    servers.push(server);
  }
  const sections: string[] = [];
  for (const route of routes) sections.push(await section(route, servers, world, options));
  return sections.join("\n\n");
}

async function section(
  route: Route,
  servers: readonly Child[],
  world: World,
  options: { runs: number; seconds: number; progress: (text: string) => void },
): Promise<string> {
  const { visitors } = world;
  await world.refreshSessions();
  // Before any load: of that, a peer's writes may still be under way.
  const reads = await readsOf(world, servers[0] as Child, route);
  for (const server of servers) await load(server.url + route.path, { visitors, connections: 64, seconds: 2 });
  const header = ["conns", "side", "req/s", "min-max", "p50 ms", "p99 ms", "CPU us/req", "busy", "Kith is", "target"];
  const rows: string[][] = [header];
  for (const connections of connectionCounts) {
    const measured = servers.map((): Measured[] => []);
    for (let run = 1; run <= options.runs; run++) {
      options.progress(`${route.title}: ${connections} connections, run ${run} of ${options.runs}`);
      for (const [side, server] of servers.entries()) {
        await world.refreshSessions();
        measured[side]?.push(await measure(server, route.path, { visitors, connections, seconds: options.seconds }));
      }
    }
    rows.push(...describe(connections, measured));
  }
  return `${route.title}\n${textTable("><>>>>>><<", rows)}\n${reads}`;
}

async function measure(server: Child, path: string, options: Parameters<typeof load>[1]): Promise<Measured> {
  const cpuBefore = await server.cpu();
  const { requestsPerSecond, latencies, requests } = await load(server.url + path, options);
  const cost = ((await server.cpu()) - cpuBefore) / requests;
  return {
    requestsPerSecond,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cost,
    busy: (cost * requestsPerSecond) / 1e6,
  };
}

function describe(connections: number, measured: readonly Measured[][]): string[][] {
  const rates = measured.map((runs) => runs.map(({ requestsPerSecond }) => requestsPerSecond));
  return measured.map((runs, side) => {
    const of = (field: keyof Measured) => median(runs.map((run) => run[field]));
    return [
      side === 0 ? String(connections) : "",
      sides[side]?.name ?? "",
      figure(of("requestsPerSecond")),
      range(rates[side] ?? []),
      figure(of("p50"), 2),
      figure(of("p99"), 2),
      figure(of("cost")),
      `${figure(100 * of("busy"))} %`,
      ...(side === 0 ? [] : comparison(connections, rates[0] ?? [], rates[side] ?? [], side === 1)),
    ];
  });
}

function comparison(connections: number, kith: number[], peer: number[], isTuned: boolean): string[] {
  const ratio = paired(kith, peer, (a, b) => a / b);
  const text = `${figure(ratio.median, 2)}x (${range([ratio.min, ratio.max], 2)})`;
  const target = isTuned ? targets[connections] : undefined;
  return target === undefined ? [text] : [text, verdict(`>= ${target}x`, ratio.median >= target)];
}
