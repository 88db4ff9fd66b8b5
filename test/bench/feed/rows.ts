import assert from "node:assert/strict";
import { readFeed } from "../../../functions/comments/feed.ts";
import { createIndexes } from "../../../infra/indexes.ts";
import { withDatabase } from "../../../infra/mongod/uri.ts";
import { readConfig } from "../../../shared/config.ts";
import type { FeedPage, FeedQuery } from "../../../shared/contracts/comments.ts";
import { openDatabase } from "../../../shared/database.ts";
import { keysExamined } from "../../helpers/profiled.ts";
import { now } from "../clock.ts";
import type { Setting } from "../processes.ts";
import { median, paired } from "../statistics.ts";
import { figure, textTable, verdict } from "../table.ts";
import type { World } from "../world.ts";
import { type History, writeHistory } from "./history.ts";
import { readPlainFeed } from "./plain.ts";

/** From how many friends on a page has to be so many times as fast. */
const target = { friends: 5_000, ratio: 10 };

export function estimateFeed({ runs }: { runs: number }): number {
  return 45 + 7 * runs;
}

/** Pages of the feed, read from a million comments: friends, comments and their authors, as a handler reads them. */
export async function feedRows(
  _: World,
  setting: Setting,
  options: { runs: number; progress: (text: string) => void },
): Promise<string> {
  options.progress("the feed: writing a million comments");
  const uri = withDatabase(setting.environment.MONGODB_URI as string, "kith-bench-feed");
  await using stack = new AsyncDisposableStack();
  const database = await openDatabase(readConfig({ ...setting.environment, MONGODB_URI: uri }));
  stack.defer(() => database.close());
  stack.defer(() => database.connection.dropDatabase());
  const history = await writeHistory(database);
  await createIndexes(database);

  const rows = [["page", "friends", "plain ms", "Kith ms", "ratio", "min", "keys, plain", "keys, Kith", "target"]];
  for (const { page, query, isBounded } of pagesOf(history)) {
    for (const { friends, id } of history.readers) {
      options.progress(`the feed: ${page}, ${friends} friends`);
      const plain = () => readPlainFeed(database.models, id, query, { isBounded });
      const kith = () => readFeed(database.models, id, query);
      assert.deepEqual(known(await kith()), known(await plain()), "The two sides have read different pages.");
      const times = await timed([plain, kith], options.runs);
      const ratio = paired(times[0], times[1], (a, b) => a / b);
      rows.push([
        page,
        figure(friends),
        figure(median(times[0]), 1),
        figure(median(times[1]), 1),
        `${figure(ratio.median, 1)}x`,
        figure(ratio.min, 1),
        figure(await keysExamined(database, plain)),
        figure(await keysExamined(database, kith)),
        isBounded || friends < target.friends ? "" : verdict(`>= ${target.ratio}x`, ratio.median >= target.ratio),
      ]);
    }
  }
  return `Pages of 50 of ${figure(history.comments)} comments, in this process; plain: one $in of all friends, sorted\n${textTable("<>>>>>>><", rows)}`;
}

function pagesOf({ deep, away }: History): { page: string; query: FeedQuery; isBounded: boolean }[] {
  const catchUp = { after: away };
  return [
    { page: "first", query: {}, isBounded: false },
    { page: "deep, 10 days", query: { before: deep }, isBounded: false },
    { page: "catch-up, 30 min", query: catchUp, isBounded: false },
    { page: "the same, plain bounded to it", query: catchUp, isBounded: true },
  ];
}

/** What of a page must be the same whoever reads it. */
function known({ comments, removed, next }: FeedPage) {
  return { comments, removed: removed.map(({ id }) => id).sort(), next };
}

type Side = () => Promise<FeedPage>;

/** Milliseconds of each side's readings, by turns. */
async function timed([a, b]: [Side, Side], runs: number): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    for (const [side, read] of [a, b].entries()) {
      const start = now();
      await read();
      times[side]?.push(now() - start);
    }
  }
  return times;
}
