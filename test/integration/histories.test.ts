import { expect, test } from "vitest";
import { startInProcess } from "../property/in-process.ts";
import { type Mutant, mutants } from "../property/mutants.ts";
import { search } from "../property/search.ts";

const timeout = 900_000;

test("500 histories of people on two nodes, one of which reads from a lagging member: nothing leaks, nothing is lost", {
  timeout,
}, async () => {
  await using world = await startInProcess();
  const seed = Math.floor(Math.random() * 2 ** 30);
  expect({ seed, found: await search(world, { seed, count: 500 }) }).toEqual({ seed, found: [] });
});

test.each(Object.keys(mutants) as Mutant[])(
  "with %s a fault is found within 100 histories",
  {
    timeout,
  },
  async (mutant) => {
    const mend = mutants[mutant].apply();
    try {
      await using world = await startInProcess(mutants[mutant]);
      expect(await search(world, { seed: 1, count: 100, untilFault: true })).not.toEqual([]);
    } finally {
      mend();
    }
  },
);
