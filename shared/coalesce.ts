import DataLoader from "dataloader";
import { withDeadline } from "./deadline.ts";

/** How long what waits for the batch before it does so, in milliseconds: one that hangs must not hold up the rest. */
const patience = 20;

/**
 * Gathers reads into one query: those of one turn of the event loop, and those that come while a query is under way, which
 * share the next. Nothing is kept, so a read is as fresh as one of its own; a round trip of the driver is what an
 * authenticated request costs. A query that takes longer than `deadline` milliseconds fails all its reads as
 * `unavailable`: one timer for all of them.
 * `fetchMany` gets distinct keys and answers in any order; a key without an answer is `undefined`.
 */
export function coalesce<Value extends object>(options: {
  fetchMany: (keys: string[]) => Promise<Value[]>;
  keyOf: (value: Value) => string;
  deadline: number;
}): (key: string) => Promise<Value | undefined> {
  const loader = inBatches<string, Value | undefined>((keys) => {
    const answers = (async () => {
      const values = await withDeadline(options.fetchMany([...new Set(keys)]), options.deadline);
      const byKey = new Map(values.map((value) => [options.keyOf(value), value]));
      return keys.map((key) => byKey.get(key));
    })();
    return { answers, ended: answers };
  });
  return (key) => loader.load(key);
}

/** Begins what comes one by one in groups, so that what each of them reads first is read together; each ends by itself. */
export function inGroups<Item, Result>(begin: (item: Item) => Promise<Result>): (item: Item) => Promise<Result> {
  const loader = inBatches<Item, { result: Promise<Result> }>((items) => {
    const begun = items.map((item) => ({ result: begin(item) }));
    return { answers: Promise.resolve(begun), ended: Promise.allSettled(begun.map(({ result }) => result)) };
  });
  return async (item) => (await loader.load(item)).result;
}

/** The option of a find that brings all of these keys in its first answer: by default that ends after 101 documents. */
export function inOneBatch(keys: readonly string[]): { batchSize: number } {
  return { batchSize: keys.length + 1 };
}

/** A loader that keeps nothing, and gathers what comes until the batch under way has ended. */
function inBatches<Key, Value>(
  load: (keys: readonly Key[]) => { answers: Promise<Value[]>; ended: Promise<unknown> },
): Pick<DataLoader<Key, Value>, "load"> {
  let underWay = 0;
  /** Sends the batch that waits. */
  let release: (() => void) | undefined;
  const leave = () => {
    underWay -= 1;
    release?.();
  };
  return new DataLoader<Key, Value>(
    (keys) => {
      underWay += 1;
      const { answers, ended } = load(keys);
      ended.then(leave, leave);
      return answers;
    },
    {
      cache: false,
      maxBatchSize: 1_000,
      batchScheduleFn(run) {
        if (underWay === 0 || release) {
          setImmediate(run);
          return;
        }
        const timer = setTimeout(() => release?.(), patience);
        release = () => {
          clearTimeout(timer);
          release = undefined;
          setImmediate(run);
        };
      },
    },
  );
}
