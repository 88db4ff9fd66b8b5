const longest = 15_000;

/**
 * How long to wait before a try, in milliseconds: up to `first`, and twice as long after each failure. Spread over nearly
 * all of that time, so that those who lost one node do not all meet at the next.
 */
export function backoff(attempt: number, random: () => number, first = 1_000): number {
  return Math.min(longest, first * 2 ** attempt) * (0.1 + 0.9 * random());
}

/**
 * Does something until it is done, waiting longer each time; undefined once it is no longer wanted. What `isFinal` says of
 * an error is thrown; `failed` is told of each other failure.
 */
export async function persist<Result>(
  work: () => Promise<Result>,
  options: {
    isWanted: () => boolean;
    isFinal: (error: unknown) => boolean;
    failed?: () => void;
    random: () => number;
  },
): Promise<Result | undefined> {
  for (let attempt = 0; options.isWanted(); attempt += 1) {
    try {
      const result = await work();
      return options.isWanted() ? result : undefined;
    } catch (error) {
      if (!options.isWanted()) return undefined;
      if (options.isFinal(error)) throw error;
      options.failed?.();
      await new Promise((resolve) => setTimeout(resolve, backoff(attempt, options.random)));
    }
  }
  return undefined;
}
