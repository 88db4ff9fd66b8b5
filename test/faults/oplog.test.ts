import { afterAll, beforeAll, expect, test } from "vitest";
import type { Server } from "../../infra/load/server.ts";
import { until } from "../helpers/until.ts";
import { type FaultWorld, startFaultWorld, sumOf, textOf } from "./harness.ts";

let world: FaultWorld;
beforeAll(async () => {
  // One member: others would fall behind such an oplog too. It drops what is behind its last checkpoint, each second here.
  world = await startFaultWorld({
    members: 1,
    mongod: { arguments: ["--oplogSize", "1", "--syncdelay", "1"] },
  });
});
afterAll(() => world?.[Symbol.asyncDispose]());

test("fault 6: the oplog no longer reaches back to a node's place", async () => {
  const client = world.load.database.connection.getClient();
  const oplog = client.db("local").collection("oplog.rs");
  const oldest = async () => (await oplog.find().sort({ $natural: 1 }).limit(1).next())?.ts.t as number;
  const lostOf = async ({ metrics }: Pick<Server, "metrics">) =>
    sumOf(await metrics(), 'kith_stream_reopens_total{end="historyLost"}');
  const [paused, other] = world.nodes as [Server, Server];
  const text = "x".repeat(16 * 1024);
  let lost = 0;
  const outcome = await world.during(async () => {
    paused.pause();
    try {
      const from = Math.ceil(Date.now() / 1_000) + 2;
      await until(
        async () => {
          await client.db("elsewhere").collection("flood").insertOne({ text });
          return (await oldest()) > from;
        },
        { timeout: 60_000, what: "the oplog to have moved on" },
      );
    } finally {
      paused.resume();
    }
    await until(async () => (await lostOf({ metrics: () => paused.metrics() })) > 0, { timeout: 30_000, what: "286" });
    await paused.ready();
  });
  lost = await lostOf({ metrics: () => paused.metrics() });
  world.report(`fault 6, place older than the oplog (1 MB): lost ${lost} time; ${textOf(outcome)}`);
  expect(lost, "found once, and not again and again").toBe(1);
  expect(await lostOf({ metrics: () => other.metrics() })).toBe(0);
  expect(outcome.resyncs).toBe(1);
});
