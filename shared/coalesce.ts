import DataLoader from "dataloader";

/**
 * Gathers the reads of one turn of the event loop into one query. Nothing is kept between turns, so a read is as fresh
 * as one of its own; a round trip of the driver is what an authenticated request costs. Where no query is under way,
 * nobody else is likely to come: the read goes at once.
 * `fetchMany` gets distinct keys and answers in any order; a key without an answer is `undefined`.
 */
export function coalesce<Value extends object>(options: {
  fetchMany: (keys: string[]) => Promise<Value[]>;
  keyOf: (value: Value) => string;
}): (key: string) => Promise<Value | undefined> {
  let underWay = 0;
  const loader = new DataLoader<string, Value | undefined>(
    async (keys) => {
      underWay += 1;
      try {
        const values = await options.fetchMany([...new Set(keys)]);
        const byKey = new Map(values.map((value) => [options.keyOf(value), value]));
        return keys.map((key) => byKey.get(key));
      } finally {
        underWay -= 1;
      }
    },
    {
      cache: false,
      maxBatchSize: 1_000,
      batchScheduleFn: (run) => (underWay === 0 ? queueMicrotask(run) : setImmediate(run)),
    },
  );
  return (key) => loader.load(key);
}
