import { afterAll, beforeAll, expect, test } from "vitest";
import { createIndexes } from "../../infra/indexes.ts";
import type { Visitor } from "../../infra/load/people.ts";
import { until } from "../helpers/until.ts";
import { headersOf, statusOf } from "./answers.ts";
import { handshake } from "./handshake.ts";
import { type FaultWorld, startFaultWorld, textOf } from "./harness.ts";

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld({ members: 1 });
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** More processes on the database, started but perhaps not ready. */
async function startMore() {
  const [functions, node] = await Promise.all([
    world.load.another("functions/node.ts"),
    world.load.another("realtime/main.ts"),
  ]);
  await Promise.all([functions.start({ untilReady: false }), node.start({ untilReady: false })]);
  return { functions, node };
}

test("fault 26: processes start while the database is down", async () => {
  const visitor = world.load.visitors[0] as Visitor;
  const headers = headersOf(world.load.config, visitor);
  const outcome = await world.during(async () => {
    const [member] = world.set.members;
    await member?.stop("SIGKILL");
    const { functions, node } = await startMore();
    await using _functions = functions;
    await using _node = node;
    for (const server of [functions, node]) {
      const isAlive = async () => (await statusOf(world, server, "/health").catch(() => 0)) === 200;
      await until(isAlive, { timeout: 20_000, what: `${server.name} to be alive` });
      expect(await statusOf(world, server, "/ready")).toBe(503);
      // Its first attempt has failed, and must not be what it answers for ever.
      await until(() => server.output.includes("waiting for the database"), { timeout: 20_000 });
    }
    expect(await statusOf(world, functions, "/api/me", visitor)).toBe(503);
    expect(await handshake(node.url, headers)).toBe(503);
    await member?.start();
    await Promise.all([functions.ready(), node.ready()]);
    expect(await statusOf(world, functions, "/api/me", visitor)).toBe(200);
    expect(await handshake(node.url, headers)).toBe(101);
  });
  world.report(`fault 26, started while the database was down: waited, then served; ${textOf(outcome)}`);
  expect(outcome.resyncs).toBe(0);
});

test.each(["missing", "made with other options"])("fault 27: the index that deletes sessions is %s", async (how) => {
  const { database, config, visitors } = world.load;
  const sessions = database.connection.collection<{ _id: string; expires: Date }>("sessions");
  const [visitor] = visitors as [Visitor];
  const headers = headersOf(config, visitor);
  const outcome = await world.during(async () => {
    await sessions.dropIndex("expires_1");
    if (how !== "missing") await sessions.createIndex({ expires: 1 }, { name: "expires_1" });
    const { functions, node } = await startMore();
    await using _functions = functions;
    await using _node = node;
    await Promise.all([functions.ready(), node.ready()]);
    // Ready can be answered before what was written has come through the pipe.
    const haveWarned = () =>
      [functions, node].every(({ output }) => output.includes("never deleted: their index is missing"));
    await until(haveWarned, { what: "both processes to warn" });

    const before = await sessions.findOne({ _id: visitor.sid });
    await sessions.updateOne({ _id: visitor.sid }, { $set: { expires: new Date(Date.now() - 1_000) } });
    expect(await statusOf(world, functions, "/api/me", visitor)).toBe(401);
    expect(await handshake(node.url, headers)).toBe(401);
    await sessions.updateOne({ _id: visitor.sid }, { $set: { expires: before?.expires } });
    if (how !== "missing") {
      await expect(createIndexes(database)).rejects.toThrow(/different options/);
      await sessions.dropIndex("expires_1");
    }
    await createIndexes(database);
    expect(await database.sessions.isExpiryIndexed()).toBe(true);
  });
  world.report(`fault 27, index of expired sessions ${how}: warned of, expired one refused; ${textOf(outcome)}`);
});
