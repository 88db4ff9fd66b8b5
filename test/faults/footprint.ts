import { readdir, readFile, readlink } from "node:fs/promises";

/** What a process holds of the machine (Linux). */
export interface Footprint {
  /** Resident bytes. */
  memory: number;
  /** Open files and sockets. */
  handles: number;
}

/** A heap that was once needed is not given back at once. */
const memoryBound = 96 * 1024 * 1024;
/** The driver's pools grow to what was once needed at the same time, and are kept. */
const handlesBound = 40;

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
export function grown(before: Footprint, after: Footprint): string | undefined {
  const handles = after.handles - before.handles;
  if (handles > handlesBound) return `${handles} more handles (${before.handles} before)`;
  const memory = after.memory - before.memory;
  if (memory > memoryBound) return `${Math.round(memory / 1024 / 1024)} MiB more of memory`;
  return undefined;
}
