import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findMongod } from "../mongod/find.ts";
import { startReplicaSet } from "../mongod/replica-set.ts";
import { withDatabase } from "../mongod/uri.ts";
import { type LoadOptions, readOptions, usage } from "./options.ts";
import { isClean, report } from "./report.ts";
import { type LoadResult, runLoad } from "./run.ts";

/** Between two lines of progress where there is no terminal, in milliseconds. */
const seldom = 10_000;

/** 0: nothing was lost or leaked; 1: something was; 2: it could not be run. */
async function main(): Promise<number> {
  let options: LoadOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
    return 2;
  }
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stopping.abort(new Error(`Stopped by ${signal}.`)));
  }
  try {
    const result = options.uri
      ? await run(options.uri, options, stopping.signal)
      : await runOnOwn(options, stopping.signal);
    clear();
    process.stdout.write(`${report(options, result)}\n`);
    return isClean(result) ? 0 : 1;
  } catch (error) {
    clear();
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
}

async function runOnOwn(options: LoadOptions, stopping: AbortSignal): Promise<LoadResult> {
  const { path } = await findMongod({ cacheDir: fileURLToPath(new URL("../../.kith/mongod", import.meta.url)) });
  const dbPath = await mkdtemp(join(tmpdir(), "kith-load-"));
  const set = await startReplicaSet({ mongod: path, dbPath });
  try {
    return await run(withDatabase(set.uri, "kith-load"), options, stopping);
  } finally {
    await set.stop();
    await rm(dbPath, { recursive: true, force: true });
  }
}

function run(uri: string, options: LoadOptions, stopping: AbortSignal): Promise<LoadResult> {
  const start = performance.now();
  let shownAt = Number.NEGATIVE_INFINITY;
  const clock = () => `${((performance.now() - start) / 1_000).toFixed(0)} s`.padStart(6);
  return runLoad(uri, options, {
    stopping,
    say(what) {
      clear();
      process.stderr.write(`${clock()}  ${what}\n`);
    },
    progress(text) {
      const now = performance.now();
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${clock()}  ${text}`);
      else if (now - shownAt >= seldom) {
        shownAt = now;
        process.stderr.write(`${clock()}  ${text}\n`);
      }
    },
  });
}

function clear(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}

process.exit(await main());
