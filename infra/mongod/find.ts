import type { Verified } from "./cache.ts";
import { MongodError, reasonOf } from "./errors.ts";
import { type Way, waysToMongod } from "./ways.ts";

export type FoundMongod = Verified & { how: string };

export type FindOptions = { cacheDir: string; log?: (line: string) => void };

/**
 * Finds a mongod that runs on this machine, fetching one into `cacheDir` when there is none.
 * Throws a MongodError that lists every way tried, why it failed and what to do about it.
 */
export function findMongod(options: FindOptions): Promise<FoundMongod> {
  const log = options.log ?? (() => {});
  return firstThatWorks(waysToMongod(options.cacheDir, log));
}

/** Tries the ways one after the other. Throws a MongodError that names them all when none leads to a mongod. */
export async function firstThatWorks(ways: readonly Way[]): Promise<FoundMongod> {
  const failed: { name: string; reason: string; mend: string }[] = [
    {
      name: "a server of yours",
      reason: "no address was given",
      mend: "set MONGODB_URI (for tests TEST_MONGODB_URI) to the address of a replica set; one member is enough",
    },
  ];
  for (const way of ways) {
    try {
      return { ...(await way.try()), how: way.name };
    } catch (error) {
      failed.push({ name: way.name, reason: reasonOf(error), mend: way.mend });
    }
  }
  const list = failed.map(({ name, reason, mend }, i) => `  ${i + 1}. ${name}: ${reason}\n     -> ${mend}`);
  throw new MongodError("not-found", `No MongoDB to work with. Any one of these is enough:\n${list.join("\n")}`);
}
