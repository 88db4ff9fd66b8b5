import { parseArgs } from "node:util";

const groups = ["http", "push", "fanout", "nodes", "feed", "pages", "middleware", "signin", "logout", "cold"] as const;

/** A part of the bench that can run alone. */
export type Group = (typeof groups)[number];

export interface Options {
  groups: readonly Group[];
  /** How often each side is measured; what is printed is the median. */
  runs: number;
  /** How long one measurement takes. */
  seconds: number;
  /** Where each server leaves a CPU profile; undefined: nowhere. */
  profile: string | undefined;
}

export const usage = `npm run bench [-- [http] [push] [fanout] [nodes] [feed] [pages] [middleware] [signin] [logout] [cold] [--runs N] [--seconds S] [--profile FOLDER]]
  http, push, ...   only these rows; all without
  --runs N          measurements of each side, 1 to 50 (5)
  --seconds S       length of one measurement, 1 to 30 (3)
  --profile FOLDER  a CPU profile of each server process, written there as it ends`;

/** @throws Error saying what is wrong with the command line */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "5" },
      seconds: { type: "string", default: "3" },
      profile: { type: "string" },
    },
  });
  for (const name of positionals) if (!groups.includes(name as Group)) throw new Error(`There are no rows "${name}".`);
  return {
    groups: groups.filter((group) => positionals.length === 0 || positionals.includes(group)),
    runs: wholeNumber("--runs", values.runs, 50),
    // Sessions are made anew before each measurement and must not come due for a touch within it.
    seconds: wholeNumber("--seconds", values.seconds, 30),
    profile: values.profile,
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    throw new Error(`${name} must be a whole number from 1 to ${most}.`);
  }
  return number;
}
