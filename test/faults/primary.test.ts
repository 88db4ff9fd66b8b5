import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultWorld, startFaultWorld, textOf } from "./harness.ts";

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

test("fault 2: the primary is killed", async () => {
  const outcome = await world.during(async ({ flow }) => {
    const primary = await world.set.primary();
    await primary.stop("SIGKILL");
    await flow.goesOn();
    await primary.start();
  });
  world.report(`fault 2, primary killed: ${textOf(outcome)}`);
  expect(outcome.writesGap).toBeLessThanOrEqual(15);
  expect(outcome.pushAfterWrites).toBeLessThanOrEqual(5);
  expect(outcome.resyncs).toBe(0);
});
