import type { Browser } from "playwright-core";
import { launchChromium } from "../../../infra/chromium.ts";
import { freePort } from "../../../infra/mongod/replica-set.ts";
import { databaseTime, insertComments } from "../../../infra/records.ts";
import { readConfig } from "../../../shared/config.ts";
import { limits } from "../../../shared/contracts/limits.ts";
import { openDatabase } from "../../../shared/database.ts";
import { onAllCores } from "../machine.ts";
import { type Setting, startChild } from "../processes.ts";
import { median, paired, quantile } from "../statistics.ts";
import { figure, textTable, verdict } from "../table.ts";
import type { Visitor, World } from "../world.ts";
import { type Load, load, open, type Side } from "./load.ts";
import { type Smoothness, scrollDown, scrollUp } from "./scroll.ts";

const friends = 20;
const comments = 5_000;
/** Over how long they were written, in milliseconds. */
const span = 30 * 86_400_000;
const pageOfComments = limits.commentsPage.default;
/** Loads of each side in a run. */
const loads = 5;
/** Milliseconds from the first paint to a live feed at the median; how long a task may be while one scrolls. */
const targets = { live: 300, task: 50 };

export function estimatePages({ runs }: { runs: number }): number {
  return 20 + runs * loads * 3 + 90;
}

/** The rows of the pages, in a real browser that has kept nothing: until the feed is live, and scrolling through it. */
export async function pagesRows(
  world: World,
  setting: Setting,
  options: { runs: number; progress: (text: string) => void },
): Promise<string> {
  await using stack = new AsyncDisposableStack();
  options.progress("pages: writing comments");
  const [reader, ...others] = await world.addVisitors(1 + friends);
  await fill(world, setting, reader as Visitor, others);
  const sides = await startSides(setting, stack);
  const browser = await onAllCores(setting.cores, launchChromium);
  stack.defer(() => browser.close());

  const measured = sides.map((): Load[] => []);
  await world.refreshSessions();
  for (let run = 0; run <= options.runs * loads; run++) {
    options.progress(`pages: load ${run} of ${options.runs * loads}`);
    for (const [i, { first }] of sides.entries()) {
      const seen = await open(browser, reader as Visitor, first, (page) => load(page, first, pageOfComments));
      // The first one of each meets a browser and a server that were never used.
      if (run > 0) measured[i]?.push(seen);
    }
  }
  const smooth: [Smoothness, Smoothness][] = [];
  for (const { all } of sides) {
    options.progress(`pages: scrolling through ${figure(comments)} comments, ${all.name}`);
    smooth.push(await scrolled(browser, reader as Visitor, all));
  }
  const names = sides.map(({ first }) => first.name);
  return `${loadTable(names, measured)}\n\n${scrollTable(names, smooth)}`;
}

async function fill(world: World, setting: Setting, reader: Visitor, others: Visitor[]): Promise<void> {
  await world.befriend(
    reader.person,
    others.map(({ person }) => person),
  );
  await using stack = new AsyncDisposableStack();
  const database = await openDatabase(readConfig(setting.environment));
  stack.defer(() => database.close());
  const now = await databaseTime(database);
  const written = Array.from({ length: comments }, (_, i) => ({
    author: (others[i % others.length] as Visitor).person,
    body: `Comment ${i}. ${"Some are short, some go on for a while. ".repeat(1 + (i % 5))}`.trim(),
    at: new Date(now.getTime() - (i + 1) * (span / comments)),
  }));
  await insertComments(database, written);
}

/** A side's first page of comments, and all of them; the peer's page has no more to load. */
interface Running {
  first: Side;
  all: Side;
}

async function startSides(setting: Setting, stack: AsyncDisposableStack): Promise<Running[]> {
  const port = String(await freePort());
  const environment = { ...setting.environment, HOST: "127.0.0.1", PUBLIC_ORIGIN: `http://127.0.0.1:${port}` };
  const own = { ...setting, environment };
  const realtime = stack.use(await startChild("push/kith.ts", own));
  const withSockets = { ...own, environment: { ...environment, PORT: port, REALTIME_URL: realtime.url } };
  const functions = stack.use(await startChild("pages/functions.ts", withSockets));
  const peer = stack.use(await startChild("peers/page.ts", own));
  const kith = {
    name: "Kith",
    url: `${functions.url}/dashboard`,
    comment: "#comments article",
    status: "#connection",
  };
  const samples = { name: "Express, Socket.IO", comment: "#comments li", status: "#connection" };
  return [
    { first: kith, all: kith },
    {
      first: { ...samples, url: `${peer.url}/?limit=${pageOfComments}` },
      all: { ...samples, url: `${peer.url}/?limit=${comments}` },
    },
  ];
}

function scrolled(browser: Browser, reader: Visitor, side: Side): Promise<[Smoothness, Smoothness]> {
  return open(browser, reader, side, async (page) => {
    await load(page, side, pageOfComments);
    return [await scrollDown(page, side, comments), await scrollUp(page, side)];
  });
}

function loadTable(names: string[], measured: Load[][]): string {
  const parts: [string, (load: Load) => number][] = [
    ["asked for to first paint", ({ firstPaint }) => firstPaint],
    ["first paint to live", ({ firstPaint, live }) => live - firstPaint],
    ["asked for to live", ({ live }) => live],
  ];
  const rows = parts.flatMap(([part, of]) => {
    const times = measured.map((loads) => loads.map(of));
    const [kith = [], peer = []] = times;
    return times.map((values, i) => [
      part,
      names[i] ?? "",
      figure(median(values)),
      figure(quantile(values, 0.95)),
      i === 0 ? `${figure(paired(kith, peer, (a, b) => a / b).median, 2)}x` : "",
      i === 0 && part === "first paint to live"
        ? verdict(`p50 <= ${targets.live} ms`, median(values) <= targets.live)
        : "",
    ]);
  });
  const header = ["", "side", "p50 ms", "p95 ms", "Kith / Express", "target"];
  return `A page with ${pageOfComments} comments, in a browser that has kept nothing and has all cores\n${textTable("<<>>><", [header, ...rows])}`;
}

function scrollTable(names: string[], smooth: [Smoothness, Smoothness][]): string {
  const ways = ["down", "up again"];
  const rows = smooth.flatMap((both, i) =>
    both.map(({ frames, longTasks }, way) => {
      const longest = Math.max(0, ...longTasks);
      return [
        ways[way] ?? "",
        names[i] ?? "",
        figure(frames),
        figure(longTasks.length),
        longest === 0 ? `< ${targets.task}` : figure(longest),
        i === 0 ? verdict(`none >= ${targets.task} ms`, longTasks.length === 0) : "",
      ];
    }),
  );
  const header = ["way", "side", "frames", "long tasks", "longest ms", "target"];
  return `Scrolling through ${figure(comments)} comments; Kith loads them on the way down, the other has them all from the start\n${textTable("<<>>><", [header, ...rows])}`;
}
