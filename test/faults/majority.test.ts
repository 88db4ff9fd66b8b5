import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visitor } from "../../infra/load/people.ts";
import type { Server } from "../../infra/load/server.ts";
import { until } from "../helpers/until.ts";
import { statusOf } from "./answers.ts";
import { type FaultWorld, startFaultWorld, sumOf, textOf } from "./harness.ts";

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** Longer than every timeout of a request or a connection, and than it takes a node to find that nothing flows. */
const outage = 20_000;
const secondaries = async () => {
  const primary = await world.set.primary();
  return world.set.members.filter(({ host }) => host !== primary.host);
};
const commentStatus = () =>
  statusOf(world, world.functions[0] as Server, "/api/comments", world.load.visitors[0] as Visitor, {
    method: "POST",
    body: JSON.stringify({ body: "no majority would have it" }),
    headers: { "content-type": "application/json" },
  });
const admitted = async () => {
  const counts = world.nodes.map(async (node) =>
    sumOf(await node.metrics(), 'kith_handshakes_total{outcome="admitted"}'),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
};

/** A beat that came back just before the fault would leave no time to look. */
async function betweenBeats(): Promise<void> {
  const ages = () =>
    Promise.all(
      world.nodes.map(async ({ url }) => ((await (await fetch(`${url}/ready`)).json()) as Ready).lastChangeAge),
    );
  await until(async () => (await ages()).every((age) => age !== null && age > 500), { what: "no beat just now" });
}
interface Ready {
  lastChangeAge: number | null;
}

/** Seconds from `since` until every node said that it is not ready. */
async function untilRed(since: number): Promise<number> {
  const moments = world.nodes.map((node) =>
    until(
      async () => {
        const asked = performance.now();
        return (await node.isReady()) ? undefined : asked;
      },
      { timeout: 40_000, what: `${node.name} not to be ready` },
    ),
  );
  return Math.round((Math.max(...(await Promise.all(moments))) - since) / 100) / 10;
}

test("fault 4: the majority is lost, the others paused", async () => {
  let red = 0;
  const outcome = await world.during(async () => {
    const others = await secondaries();
    await betweenBeats();
    const since = performance.now();
    for (const member of others) member.pause();
    try {
      red = await untilRed(since);
      expect(await commentStatus()).toBe(503);
    } finally {
      for (const member of others) member.resume();
    }
  });
  world.report(`fault 4, majority paused: nodes red after ${red} s; ${textOf(outcome)}`);
  expect(red).toBeLessThanOrEqual(15);
  expect(outcome.pushAfterWrites).toBeLessThanOrEqual(5);
  expect(outcome.resyncs).toBe(0);
});

test("fault 4: nothing reaches a majority, and the stream is silent without an error", async () => {
  let red = 0;
  const outcome = await world.during(async () => {
    const others = await secondaries();
    await betweenBeats();
    const since = performance.now();
    for (const member of others) await member.setLag(true);
    try {
      red = await untilRed(since);
      expect(await commentStatus()).toBe(503);
    } finally {
      for (const member of others) await member.setLag(false);
    }
  });
  world.report(`fault 4, majority applies nothing: nodes red after ${red} s; ${textOf(outcome)}`);
  expect(red).toBeLessThanOrEqual(15);
  expect(outcome.pushAfterWrites).toBeLessThanOrEqual(5);
  expect(outcome.resyncs).toBe(0);
});

test("fault 5: all members are down for 20 s, longer than every timeout", async () => {
  const before = await admitted();
  const outcome = await world.during(async () => {
    const over = setTimeout(outage);
    await Promise.all(world.set.members.map((member) => member.stop("SIGKILL")));
    for (const server of [...world.functions, ...world.nodes]) {
      await until(async () => (await statusOf(world, server, "/ready")) === 503, {
        timeout: 30_000,
        what: `${server.name} not to be ready`,
      });
      expect(await statusOf(world, server, "/health")).toBe(200);
    }
    expect(await commentStatus()).toBe(503);
    await over;
    await Promise.all(world.set.members.map((member) => member.start()));
  });
  world.report(`fault 5, all members down for ${outage / 1_000} s: ${textOf(outcome)}`);
  expect(await admitted(), "sockets that stayed").toBe(before);
  expect(outcome.pushAfterWrites).toBeLessThanOrEqual(5);
  expect(outcome.resyncs).toBe(0);
});
