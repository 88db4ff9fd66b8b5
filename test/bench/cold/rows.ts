import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundlePages } from "../../../infra/bundle.ts";
import { bundleFile, bundleFunctions, bundleOf, targets } from "../../../infra/bundle-functions.ts";
import { now } from "../clock.ts";
import type { Setting } from "../processes.ts";
import { median, paired, quantile } from "../statistics.ts";
import { figure, range, textTable, verdict } from "../table.ts";
import type { Visitor, World } from "../world.ts";
import { type Path, type Started, startHandler, startServer } from "./targets.ts";

/** How many bare handlers' starts one of Kith may take. */
const target = 1.6;
/** Starts in each run: one is short, and differs from the next. */
const startsInRun = 4;
const warmUps = 200;

interface Side {
  name: string;
  path: Path;
  file: string;
  start(visitor: Visitor): Promise<Started>;
  cold: number[];
  warm: number[];
}

export function estimateCold({ runs, seconds }: { runs: number; seconds: number }): number {
  return 15 + runs * startsInRun * 5 + 5 * (seconds + 2);
}

/** From the start of a process to its first answer to somebody who is signed in; then one request after the other. */
export async function coldRows(
  world: World,
  setting: Setting,
  options: { runs: number; seconds: number; progress: (text: string) => void },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kith-bench-"));
  try {
    const sides = await sidesOf(folder, setting);
    const starts = options.runs * startsInRun;
    for (let n = 0; n < starts; n++) {
      options.progress(`cold starts: ${n} of ${starts}`);
      for (const side of sides) {
        const began = now();
        await using _ = await side.start(world.visitors[n % world.visitors.length] as Visitor);
        side.cold.push(now() - began);
      }
    }
    await world.refreshSessions();
    for (const side of sides) {
      options.progress(`warm: ${side.name}`);
      await using started = await side.start(world.visitors[0] as Visitor);
      side.warm.push(...(await latencies(started, options.seconds)));
    }
    return await table(sides);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sidesOf(folder: string, setting: Setting): Promise<Side[]> {
  const bare = join(folder, "bare.mjs");
  const runtime = join(folder, "runtime.mjs");
  const assets = await bundlePages();
  await Promise.all([
    bundleFile("test/bench/peers/bare-lambda.ts", bare, { startsOften: true }),
    bundleFile("test/bench/cold/runtime.ts", runtime),
    ...targets.map((name) => bundleFunctions(name, assets)),
  ]);
  const handler = (name: string, file: string, path: Path): Side => ({
    name,
    path,
    file,
    start: (visitor) => startHandler(setting, { runtime, handler: file }, visitor, path),
    cold: [],
    warm: [],
  });
  const server = (name: string, which: "node" | "worker"): Side => ({
    name,
    path: "/api/me",
    file: bundleOf(which),
    start: (visitor) => startServer(which, setting, visitor, "/api/me"),
    cold: [],
    warm: [],
  });
  return [
    handler("Lambda, Kith", bundleOf("lambda"), "/api/me"),
    handler("Lambda, bare Hono and mongodb", bare, "/api/me"),
    handler("Lambda, Kith", bundleOf("lambda"), "/api/comments"),
    server("Node server, Kith", "node"),
    server("workerd, Kith", "worker"),
  ];
}

async function latencies({ ask }: Started, seconds: number): Promise<number[]> {
  for (let n = 0; n < warmUps; n++) await ask();
  const times: number[] = [];
  const end = now() + seconds * 1000;
  while (now() < end) {
    const began = now();
    await ask();
    times.push(now() - began);
  }
  return times;
}

async function table(sides: readonly Side[]): Promise<string> {
  const header = ["side", "GET", "cold ms", "min-max", "of bare", "target", "warm p50 ms", "p99 ms", "KB", "gzip KB"];
  const [kith, bare, late] = sides as [Side, Side, Side];
  const ratio = paired(kith.cold, bare.cold, (a, b) => a / b).median;
  const more = paired(late.cold, kith.cold, (a, b) => a - b).median;
  const rows = sides.map(async (side) => {
    const body = await readFile(side.file);
    return [
      side.name,
      side.path,
      figure(median(side.cold)),
      range(side.cold),
      ...(side === kith ? [`${figure(ratio, 2)}x`, verdict(`<= ${target}x`, ratio <= target)] : ["", ""]),
      figure(quantile(side.warm, 0.5), 2),
      figure(quantile(side.warm, 0.99), 2),
      figure(body.length / 1000),
      figure(gzipSync(body).length / 1000),
    ];
  });
  const title = "From the start of a process to its first answer, then 1 connection; and what is deployed";
  const text = textTable("<<>>><>>>>", [header, ...(await Promise.all(rows))]);
  return `${title}\n${text}\nA first request that loads mongoose takes ${figure(more)} ms more (median of pairs).`;
}
