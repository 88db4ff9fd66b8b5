import assert from "node:assert/strict";
import { load } from "../http/load.ts";
import { type Child, type Setting, startChild } from "../processes.ts";
import { median } from "../statistics.ts";
import { figure, range, textTable, verdict } from "../table.ts";
import type { World } from "../world.ts";
import { cookieHeader } from "./cookie.ts";

const pairs = [
  { name: "Kith over Hono", bare: "hono", full: "kith", target: 15 },
  { name: "express-session over Express", bare: "express", full: "express-session", target: undefined },
];
const connections = 16;

export function estimateMiddleware({ runs, seconds }: { runs: number; seconds: number }): number {
  return 10 + 4 * (2 + runs * (seconds + 0.5));
}

/** What the session middleware adds to a request, its store answering from memory at once. */
export async function middlewareRows(
  _: World,
  setting: Setting,
  options: { runs: number; seconds: number; progress: (text: string) => void },
): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const servers = new Map<string, Child>();
  for (const side of pairs.flatMap(({ bare, full }) => [bare, full])) {
    const server = stack.use(await startChild("middleware/server.ts", setting, { onServerCore: true, args: [side] }));
    const response = await fetch(server.url, { headers: { cookie: cookieHeader } });
    assert.equal(await response.text(), "ok", `${side} does not know its session`);
    await cost(server, 2);
    servers.set(side, server);
  }
  const rows = [["CPU us/request", "without", "with", "added", "min-max", "target"]];
  const added = new Map<string, { bare: number; full: number }[]>(pairs.map(({ name }) => [name, []]));
  for (let run = 1; run <= options.runs; run++) {
    options.progress(`the middleware: run ${run} of ${options.runs}`);
    for (const { name, bare, full } of pairs) {
      added.get(name)?.push({
        bare: await cost(servers.get(bare) as Child, options.seconds),
        full: await cost(servers.get(full) as Child, options.seconds),
      });
    }
  }
  for (const { name, target } of pairs) {
    const measured = added.get(name) ?? [];
    const differences = measured.map(({ bare, full }) => full - bare);
    const middle = median(differences);
    rows.push([
      name,
      figure(median(measured.map(({ bare }) => bare)), 1),
      figure(median(measured.map(({ full }) => full)), 1),
      figure(middle, 1),
      range(differences, 1),
      target === undefined ? "" : verdict(`<= ${target} us`, middle <= target),
    ]);
  }
  return `What the session costs, with a store that answers from memory; ${connections} connections\n${textTable("<>>>><", rows)}`;
}

/** Microseconds of the server's CPU for one request. */
async function cost(server: Child, seconds: number): Promise<number> {
  const before = await server.cpu();
  const visitors = Array.from({ length: connections }, () => ({ cookie: cookieHeader }));
  const { requests } = await load(server.url, { visitors, connections, seconds });
  return ((await server.cpu()) - before) / requests;
}
