import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visitor } from "../../infra/load/people.ts";
import { askAll } from "./answers.ts";
import { expectPrimaryPromises, type FaultWorld, startFaultWorld, textOf } from "./harness.ts";

let world: FaultWorld;
beforeAll(async () => {
  // As the election's timeout is short here, so is that by which a member leaves a source that hangs.
  const setParameters = { oplogNetworkTimeoutBufferSeconds: 1, oplogFetcherSteadyStateMaxFetcherRestarts: 0 };
  world = await startFaultWorld({ mongod: { setParameters } });
});
afterAll(() => world?.[Symbol.asyncDispose]());

test("fault 1: the primary steps down", async () => {
  const outcome = await world.during(async () => {
    const primary = await world.set.primary();
    await primary.admin({ replSetStepDown: 60, secondaryCatchUpPeriodSecs: 10 });
    const next = await world.set.primary();
    expect(next.host).not.toBe(primary.host);
  });
  world.report(`fault 1, primary stepped down: ${textOf(outcome)}`);
  expectPrimaryPromises(outcome);
});

test("fault 2: the primary is killed", async () => {
  const outcome = await world.during(async ({ flow }) => {
    const primary = await world.set.primary();
    await primary.stop("SIGKILL");
    await flow.goesOn();
    await primary.start();
  });
  world.report(`fault 2, primary killed: ${textOf(outcome)}`);
  expectPrimaryPromises(outcome);
});

test("fault 3: the primary hangs for 20 s", async () => {
  let answers = "";
  const outcome = await world.during(async ({ flow }) => {
    const primary = await world.set.primary();
    const over = setTimeout(20_000);
    primary.pause();
    try {
      // Those who ask meanwhile are answered, each of them, by their deadlines.
      answers = await askAll(world, world.load.visitors[0] as Visitor, 20);
      await flow.goesOn();
      await over;
    } finally {
      primary.resume();
    }
  });
  world.report(`fault 3, primary hung for 20 s: ${answers} meanwhile; ${textOf(outcome)}`);
  expectPrimaryPromises(outcome);
});
