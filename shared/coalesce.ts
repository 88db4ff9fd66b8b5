import DataLoader from "dataloader";
import { withDeadline } from "./deadline.ts";

/**
 * Gathers the reads of one turn of the event loop into one query. Nothing is kept between turns, so a read is as fresh
 * as one of its own; a round trip of the driver is what an authenticated request costs. A query that takes longer than
 * `deadline` milliseconds fails all its reads as `unavailable`: one timer for all of them.
 * `fetchMany` gets distinct keys and answers in any order; a key without an answer is `undefined`.
 */
export function coalesce<Value extends object>(options: {
  fetchMany: (keys: string[]) => Promise<Value[]>;
  keyOf: (value: Value) => string;
  deadline: number;
}): (key: string) => Promise<Value | undefined> {
  const loader = new DataLoader<string, Value | undefined>(
    async (keys) => {
      const values = await withDeadline(options.fetchMany([...new Set(keys)]), options.deadline);
      const byKey = new Map(values.map((value) => [options.keyOf(value), value]));
      return keys.map((key) => byKey.get(key));
    },
    { cache: false, maxBatchSize: 1_000, batchScheduleFn: (run) => setImmediate(run) },
  );
  return (key) => loader.load(key);
}

/** The option of a find that brings all of these keys in its first answer: by default that ends after 101 documents. */
export function inOneBatch(keys: readonly string[]): { batchSize: number } {
  return { batchSize: keys.length + 1 };
}
