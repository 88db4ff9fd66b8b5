import { parseArgs } from "node:util";
import { startInProcess } from "./in-process.ts";
import { isMutant, mutants } from "./mutants.ts";
import { startWholeProcesses } from "./processes.ts";
import { type Found, search, shrink } from "./search.ts";
import type { World } from "./world.ts";

const usage = `npm run histories -- [--histories 500] [--processes 0] [--seed N] [--mutant ${Object.keys(mutants).join("|")}]
Plays histories of people on two nodes and checks every delivery; so many of them with whole processes.
`;
/** Milliseconds. */
const shrinkFor = 120_000;

const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "500" },
    processes: { type: "string", default: "0" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 30)) },
    mutant: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const [count, processes, seed] = [values.histories, values.processes, values.seed].map(Number) as [
  number,
  number,
  number,
];
const isAsked = [count, processes, seed].every((number) => Number.isSafeInteger(number) && number >= 0);
const mutant = values.mutant !== undefined && isMutant(values.mutant) ? values.mutant : undefined;
if (values.help || !isAsked || processes > count || values.mutant !== mutant) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}

const broken = mutant && mutants[mutant];
broken?.apply();
process.stdout.write(`seed ${seed}${mutant ? `, mutant ${mutant}` : ""}\n`);
const inProcess = await play("in one process", count - processes, seed, () => startInProcess(broken));
const whole = await play("whole processes", processes, seed + count - processes, startWholeProcesses);
process.exit(inProcess.length + whole.length > 0 ? 1 : 0);

async function play(name: string, histories: number, from: number, start: () => Promise<World>): Promise<Found[]> {
  if (histories === 0) return [];
  await using world = await start();
  const began = performance.now();
  let played = 0;
  const found = await search(world, {
    seed: from,
    count: histories,
    untilFault: mutant !== undefined,
    played(done, faults) {
      played = done;
      if (process.stdout.isTTY) process.stdout.write(`\r${name}: ${done} of ${histories}, ${faults} with a fault`);
    },
  });
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  const sum = (kind: "leaks" | "losses") => found.reduce((total, each) => total + each[kind].length, 0);
  const summary = `${played} histories, ${sum("leaks")} leaks, ${sum("losses")} losses, ${seconds} s`;
  process.stdout.write(`${process.stdout.isTTY ? "\r\x1b[K" : ""}${name}: ${summary}\n`);
  for (const { seed: mine, leaks, losses } of found.slice(0, 10)) {
    process.stdout.write(`\nseed ${mine}\n  ${[...leaks, ...losses].join("\n  ")}\n`);
  }
  const [first] = found;
  if (first) {
    const shrunk = await shrink(world, first.seed, shrinkFor);
    process.stdout.write(`\nshrunk from seed ${first.seed}: ${shrunk ?? "it did not show itself again"}\n`);
  }
  return found;
}
