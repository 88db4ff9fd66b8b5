import { parseArgs } from "node:util";

export interface DevOptions {
  /** Start with a database of its own, in which there is nobody. */
  empty: boolean;
  help: boolean;
}

export const usage = `npm run dev [-- OPTIONS]
  --empty   start without people and comments, in a database of its own that is emptied at each such start;
            what is in the usual one stays
  --help    print this`;

/** @throws Error saying what is wrong with the command line */
export function readOptions(args: string[]): DevOptions {
  const { values } = parseArgs({
    args,
    options: { empty: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  return { empty: values.empty ?? false, help: values.help ?? false };
}
