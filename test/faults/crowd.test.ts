import { afterAll, beforeAll, expect, test } from "vitest";
import type { Server } from "../../infra/load/server.ts";
import { until } from "../helpers/until.ts";
import { type FaultWorld, startFaultWorld, textOf } from "./harness.ts";

const people = 1_000;
const backWithin = 30_000;

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld({ people, nodes: 2, functions: 1 });
});
afterAll(() => world?.[Symbol.asyncDispose]());

test("fault 18: everybody loses their node at once, and one node is left for all", async () => {
  const [first, second] = world.nodes as readonly Server[] as [Server, Server];
  const { devices } = world.load;
  let took = 0;
  const outcome = await world.during(
    async ({ flow }) => {
      await Promise.all([first.stop("SIGKILL"), second.stop("SIGKILL")]);
      await first.start();
      const start = performance.now();
      const areBack = () => devices.every(({ isLive }) => isLive);
      await until(areBack, { timeout: backWithin, what: `${devices.length} devices to be back` });
      took = performance.now() - start;
      await flow.goesOn();
      await second.start();
    },
    { restarted: world.nodes },
  );
  world.report(
    `fault 18, ${devices.length} devices dropped at once, all back ${(took / 1_000).toFixed(1)} s after a node was: ${textOf(outcome)}`,
  );
  expect(outcome.resyncs).toBe(0);
});
