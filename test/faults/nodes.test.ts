import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Server } from "../../infra/load/server.ts";
import { until } from "../helpers/until.ts";
import { type FaultWorld, startFaultWorld, textOf } from "./harness.ts";

/** A beat that did not come back for so long makes a node unready, and its lease end: 15 s. */
const [withinLease, beyondLease] = [8_000, 20_000];

let world: FaultWorld;
let nodes: readonly [Server, Server, Server];
beforeAll(async () => {
  world = await startFaultWorld({ nodes: 3, functions: 2, environment: { DRAIN_SPREAD: "2s" } });
  nodes = world.nodes as readonly Server[] as typeof nodes;
});
afterAll(() => world?.[Symbol.asyncDispose]());

test("fault 13: nodes are killed in the midst of a fan-out", async () => {
  const killed: string[] = [];
  const outcome = await world.during(
    async ({ flow }) => {
      for (const node of nodes) {
        const deliveries = world.ledger.deliveries + 1 + Math.floor(Math.random() * 40);
        await until(() => world.ledger.deliveries >= deliveries, { timeout: 30_000, what: "a delivery to kill at" });
        await node.stop("SIGKILL");
        killed.push(`${node.name} at delivery ${deliveries}`);
        await flow.goesOn();
        await node.start();
      }
    },
    { restarted: nodes },
  );
  world.report(`fault 13, ${killed.join(", ")} killed: ${textOf(outcome)}`);
  expect(outcome.resyncs).toBe(0);
});

test("fault 14: all processes are restarted, one after the other", async () => {
  const servers = [...nodes, ...world.functions];
  const drains = () => world.load.events.get("drain") ?? 0;
  const before = drains();
  const outcome = await world.during(
    async () => {
      for (const server of servers) {
        expect(await server.stop("SIGTERM"), `the end of ${server.name}`).toBe(0);
        await server.start();
      }
    },
    { restarted: servers },
  );
  const told = drains() - before;
  world.report(
    `fault 14, all processes restarted in turn, ${told} times a device was sent away in time: ${textOf(outcome)}`,
  );
  expect(told).toBeGreaterThan(0);
  expect(outcome.resyncs).toBe(0);
});

test.each([
  { what: "for less than its lease", time: withinLease },
  { what: "for longer than its lease", time: beyondLease },
])("fault 15: a node stands still $what", async ({ what, time }) => {
  const stalled = await nodeWithDevices();
  const outcome = await world.during(async ({ flow }) => {
    stalled.pause();
    try {
      const waited = setTimeout(time);
      // Those of the other nodes do not notice.
      await flow.goesOn();
      await waited;
    } finally {
      stalled.resume();
    }
    await stalled.ready();
  });
  world.report(`fault 15, ${stalled.name} stood still ${time / 1_000} s, ${what}: ${textOf(outcome)}`);
  expect(outcome.resyncs).toBe(0);
});

test("fault 29: a node lags behind, and its devices move to the others", async () => {
  const lagging = await nodeWithDevices();
  const there = (await lagging.metrics()).get("kith_sockets") as number;
  const { nodes: reachable, devices } = world.load;
  const place = reachable.indexOf(lagging);
  let moved = 0;
  const outcome = await world.during(async ({ flow }) => {
    lagging.pause();
    // As a balancer would, that finds it not ready.
    reachable.splice(place, 1);
    try {
      const waited = setTimeout(beyondLease);
      for (const device of devices) device.drop();
      await until(() => devices.every(({ isLive }) => isLive), { timeout: 60_000, what: "all devices to be back" });
      moved = devices.length;
      await flow.goesOn();
      await waited;
    } finally {
      reachable.splice(place, 0, lagging);
      lagging.resume();
    }
    await lagging.ready();
    const isEmpty = async () => (await lagging.metrics()).get("kith_sockets") === 0;
    await until(isEmpty, { timeout: 40_000, what: "the lagging node to see that they left" });
  });
  world.report(
    `fault 29, ${lagging.name} stood still ${beyondLease / 1_000} s, all ${moved} devices moved, ${there} of them from it: ${textOf(outcome)}`,
  );
  expect(there).toBeGreaterThan(0);
  expect(outcome.resyncs).toBe(0);
});

/** The one with the most. */
async function nodeWithDevices(): Promise<Server> {
  const sockets = await Promise.all(nodes.map(async (node) => (await node.metrics()).get("kith_sockets") ?? 0));
  return nodes[sockets.indexOf(Math.max(...sockets))] as Server;
}
