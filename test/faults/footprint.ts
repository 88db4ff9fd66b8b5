import { readdir, readFile, readlink } from "node:fs/promises";

/** What a process holds of the machine (Linux). */
export interface Footprint {
  /** Resident bytes. */
  memory: number;
  /** Open files and sockets. */
  handles: number;
}

/** How much more a process may hold after a fault than before: what was once needed is kept for a while, or for good. */
const mebibyte = 1024 * 1024;
export const bounds = {
  node: { memory: 96 * mebibyte, handles: 40 },
  /** Its pool grows to as many connections as requests once waited for at the same time, up to 100. */
  functions: { memory: 256 * mebibyte, handles: 110 },
} as const;

export async function footprintOf(pid: number): Promise<Footprint> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const folder = `/proc/${pid}/fd`;
  const targets = await Promise.all((await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => "")));
  return {
    memory: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024,
    handles: targets.filter((target) => target !== "").length,
  };
}

/** What a process holds more of than it may, in words; undefined where all is as it was. */
export function grown(before: Footprint, after: Footprint, bound: Footprint): string | undefined {
  const handles = after.handles - before.handles;
  if (handles > bound.handles) return `${handles} more handles (${before.handles} before)`;
  const memory = after.memory - before.memory;
  if (memory > bound.memory) return `${Math.round(memory / mebibyte)} MiB more of memory`;
  return undefined;
}
