import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";

/** Which cores the server under test has to itself, and which everything else shares. */
export interface Cores {
  server: number;
  others: string;
}

/**
 * Moves this process, and so all that it starts, off the core that is kept for servers.
 * Undefined, and nothing done, where there is no taskset or only one core.
 */
export function reserveCore(): Cores | undefined {
  const shown = spawnSync("taskset", ["-cp", String(process.pid)], { encoding: "utf8" });
  const allowed = shown.status === 0 ? coresOf(shown.stdout.split(":").at(-1) ?? "") : [];
  const [server, ...others] = allowed;
  if (server === undefined || others.length === 0) return undefined;
  const moved = spawnSync("taskset", ["-acp", others.join(","), String(process.pid)]);
  return moved.status === 0 ? { server, others: others.join(",") } : undefined;
}

/** Starts something that needs all cores, as a browser does; what it starts runs on them too. */
export async function onAllCores<Started>(cores: Cores | undefined, start: () => Promise<Started>): Promise<Started> {
  const move = (to: string) => cores && spawnSync("taskset", ["-acp", to, String(process.pid)]);
  move(`${cores?.server},${cores?.others}`);
  try {
    return await start();
  } finally {
    move(cores?.others ?? "");
  }
}

/** A command and its arguments, run on the core kept for servers. */
export function onServerCore(cores: Cores | undefined, command: string, args: string[]): [string, string[]] {
  return cores ? ["taskset", ["-c", String(cores.server), command, ...args]] : [command, args];
}

export function describeMachine(mongodVersion: string, cores: Cores | undefined): string {
  const all = cpus();
  const pinning = cores
    ? `Servers under test on core ${cores.server}; load generator, sockets, writer and mongod on core ${cores.others}, alike for each side.`
    : "NOT PINNED (no taskset, or one core only): processes get in each other's way, and ratios suffer.";
  const busy = `load ${loadavg()[0]?.toFixed(1)} at the start`;
  return [
    `${all.length} x ${all[0]?.model.trim() ?? "CPU"}, Node ${process.versions.node}, mongod ${mongodVersion}, ${busy}`,
    pinning,
  ].join("\n");
}

/** The cores of a list such as "0,2-5". */
function coresOf(list: string): number[] {
  return list
    .trim()
    .split(",")
    .flatMap((part) => {
      const [first = Number.NaN, last = first] = part.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** Clock ticks a second, as Linux counts them for every process (proc(5)). */
const ticks = 100;

/** Seconds of CPU that a process has used. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}
