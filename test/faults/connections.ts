import { readdir, readFile, readlink } from "node:fs/promises";
import type { Member } from "../helpers/members.ts";

/** How many connections a process has to these members (Linux). */
export async function connectionsOf(pid: number, members: readonly Member[]): Promise<number> {
  const ports = new Set(members.map(({ host }) => Number(host.split(":")[1])));
  const folder = `/proc/${pid}/fd`;
  const [table, files] = await Promise.all([readFile(`/proc/${pid}/net/tcp`, "utf8"), readdir(folder)]);
  const targets = await Promise.all(files.map((fd) => readlink(`${folder}/${fd}`).catch(() => "")));
  const own = new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  return table.split("\n").filter((line) => {
    const fields = line.trim().split(/\s+/);
    return ports.has(Number.parseInt(fields[2]?.split(":")[1] ?? "", 16)) && own.has(fields[9] ?? "");
  }).length;
}
