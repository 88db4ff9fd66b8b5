import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visitor } from "../../infra/load/people.ts";
import { until } from "../helpers/until.ts";
import { askAll, headersOf, statusOf } from "./answers.ts";
import { collection, failing } from "./fail.ts";
import { handshake } from "./handshake.ts";
import { type FaultWorld, startFaultWorld, textOf } from "./harness.ts";

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld({ functions: 2 });
});
afterAll(() => world?.[Symbol.asyncDispose]());

const stranger = () => world.load.visitors[0] as Visitor;
/** Those that the load wrote. */
const written = () => world.load.database.models.comments.countDocuments({ body: /^load / });
const comments = collection("comments");

test("fault 12: nobody knows whether a comment was written", async () => {
  const outcome = await world.during(async ({ flow }) => {
    // Before the command, twice in a row, as the driver asks once more by itself.
    const lost = await failing(
      world.set,
      ["findAndModify"],
      { namespace: comments, closeConnection: true },
      { times: 12 },
    );
    await flow.goesOn();
    await lost[Symbol.asyncDispose]();
    // After it: the comment is there, and its author is told that it could not be said.
    const writeConcernError = { code: 64, codeName: "WriteConcernFailed", errmsg: "waiting for replication timed out" };
    const unsaid = await failing(
      world.set,
      ["findAndModify"],
      { namespace: comments, writeConcernError },
      { times: 12 },
    );
    await flow.goesOn();
    await unsaid[Symbol.asyncDispose]();
  });
  world.report(`fault 12, fate of 24 writes unknown: ${textOf(outcome)}`);
  expect(await written()).toBe(world.ledger.acknowledged);
  expect(outcome.resyncs).toBe(0);
});

test("fault 12: functions are killed when a comment is written and not answered", async () => {
  const restarted = [...world.functions];
  const outcome = await world.during(
    async ({ flow }) => {
      for (const server of restarted) {
        const written = world.load.database.connection.collection("comments").watch();
        await written.next();
        await server.stop("SIGKILL");
        await written.close();
        await server.start();
      }
      await flow.goesOn();
    },
    { restarted },
  );
  world.report(`fault 12, functions killed after the commit: ${textOf(outcome)}`);
  expect(await written()).toBe(world.ledger.acknowledged);
});

test.each([
  ["2 s, within the deadline", 2_000],
  ["6 s, beyond it", 6_000],
])("fault 24: the database takes %s", async (what, blockTimeMS) => {
  let answers = "";
  const outcome = await world.during(async ({ flow }) => {
    const slow = await failing(world.set, ["find", "findAndModify"], { blockConnection: true, blockTimeMS });
    answers = await askAll(world, stranger(), 15);
    await slow[Symbol.asyncDispose]();
    await flow.goesOn();
  });
  world.report(`fault 24, each command takes ${what}: ${answers}; ${textOf(outcome)}`);
  expect(outcome.resyncs).toBe(0);
});

test("fault 25: a process has no connection left", async () => {
  const environment = { MONGODB_URI: `${world.set.uri}&maxPoolSize=1` };
  const [functions, node] = await Promise.all([
    world.load.another("functions/node.ts", environment),
    world.load.another("realtime/main.ts", environment),
  ]);
  await using _functions = functions;
  await using _node = node;
  await Promise.all([functions.start(), node.start()]);
  let unavailable = 0;
  const outcome = await world.during(async () => {
    const seen = async () => (await node.metrics()).get('kith_stream_events_total{kind="comment"}') ?? 0;
    const data = { namespace: collection("sessions"), blockConnection: true, blockTimeMS: 4_000 };
    const slow = await failing(world.set, ["find"], data);
    const asking: Promise<number>[] = [];
    const before = await seen();
    // One after the other: those who ask in one turn of the loop would share a read.
    for (let n = 0; n < 12; n++) {
      asking.push(statusOf(world, functions, "/api/me", stranger()));
      asking.push(handshake(node.url, headersOf(world.load.config, stranger())));
      await until(async () => (await seen()) > before + n, { what: "the stream to go on" });
    }
    const statuses = await Promise.all(asking);
    await slow[Symbol.asyncDispose]();
    unavailable = statuses.filter((status) => status === 503).length;
    expect(statuses.filter((status) => ![101, 200, 503].includes(status))).toEqual([]);
    expect(await statusOf(world, functions, "/api/me", stranger())).toBe(200);
  });
  world.report(`fault 25, pools of one connection exhausted: ${unavailable} of 24 answered 503; ${textOf(outcome)}`);
  expect(unavailable).toBeGreaterThan(0);
  expect(outcome.resyncs).toBe(0);
});
