import { coldRows, estimateCold } from "./cold/rows.ts";
import { estimateFanout, fanoutRows } from "./fanout/rows.ts";
import { estimateFeed, feedRows } from "./feed/rows.ts";
import { estimateHttp, httpRows } from "./http/rows.ts";
import { estimateLogout, logoutRows } from "./logout/rows.ts";
import { describeMachine, reserveCore } from "./machine.ts";
import { estimateMiddleware, middlewareRows } from "./middleware/rows.ts";
import { estimateNodes, nodesRows } from "./nodes/rows.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { estimatePages, pagesRows } from "./pages/rows.ts";
import { stopChildren } from "./processes.ts";
import { estimatePush, pushRows } from "./push/rows.ts";
import { estimateSignIn, signInRows } from "./signin/rows.ts";
import { createWorld, people } from "./world.ts";

const rows = {
  http: httpRows,
  push: pushRows,
  fanout: fanoutRows,
  nodes: nodesRows,
  middleware: middlewareRows,
  signin: signInRows,
  logout: logoutRows,
  feed: feedRows,
  cold: coldRows,
  pages: pagesRows,
};
const estimates = {
  http: estimateHttp,
  push: estimatePush,
  fanout: estimateFanout,
  nodes: estimateNodes,
  middleware: estimateMiddleware,
  signin: estimateSignIn,
  logout: estimateLogout,
  feed: estimateFeed,
  cold: estimateCold,
  pages: estimatePages,
};

/** Ends with a code other than 0 when the bench could not run; figures that fall short are no failure. */
async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
    return 2;
  }
  const seconds = options.groups.reduce((sum, group) => sum + estimates[group](options), 10);
  progress(`about ${Math.ceil(seconds / 60)} min`);
  const stopping = Promise.withResolvers<never>();
  stopping.promise.catch(() => {});
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stopping.reject(`Stopped by ${signal}.`));
  }
  const timer = setTimeout(() => stopping.reject("The bench took far too long."), (3 * seconds + 60) * 1000);
  timer.unref();
  try {
    await run(options, stopping.promise);
    return 0;
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    return 1;
  }
}

async function run(options: Options, stopped: Promise<never>): Promise<void> {
  const cores = reserveCore();
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await createWorld());
  stack.defer(stopChildren);
  process.stdout.write(
    `${describeMachine(world.mongodVersion, cores)}\n${people} sessions; medians of ${options.runs} interleaved runs of ${options.seconds} s, ratios and differences of pairs.\n`,
  );
  const setting = { cores, environment: world.environment, profile: options.profile };
  for (const group of options.groups) {
    const text = await Promise.race([stopped, rows[group](world, setting, { ...options, progress })]);
    progress("");
    process.stdout.write(`\n${text}\n`);
  }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

process.exit(await main());
