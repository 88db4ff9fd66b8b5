import type { LoadOptions } from "./options.ts";
import { quantile } from "./quantile.ts";
import type { LoadResult } from "./run.ts";

/** The result as a table of two columns, and examples of what went wrong. */
export function report(options: LoadOptions, result: LoadResult): string {
  const { verdict, receipts } = result;
  const at = (share: number) => (receipts.length === 0 ? "–" : quantile(receipts, share).toFixed(1));
  const rows: [string, string][] = [
    ["people, friends each, nodes", `${options.people}, ${options.friends}, ${options.nodes}`],
    ["connects/s", result.connects.toFixed(0)],
    ["comments acknowledged", `${result.comments} (${(result.comments / result.seconds).toFixed(1)}/s)`],
    ["deliveries/s", (result.deliveries / result.seconds).toFixed(0)],
    ["request sent to socket, p50 / p95 / p99 ms", `${at(0.5)} / ${at(0.95)} / ${at(0.99)}`],
    ["memory per socket", `${(result.bytesPerSocket / 1_024).toFixed(1)} KiB`],
    ["told to load anew", String(result.resyncs)],
    ["lost", String(verdict.lost.length)],
    ["leaked", String(verdict.leaked.length)],
    ["shown twice", String(verdict.duplicated.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
  const examples = Object.entries(verdict).flatMap(([what, all]: [string, string[]]) =>
    all.slice(0, 5).map((each) => `${what}: ${each}`),
  );
  return [table, ...examples].join("\n");
}

export function isClean({ verdict }: Pick<LoadResult, "verdict">): boolean {
  return Object.values(verdict).every((all: string[]) => all.length === 0);
}
