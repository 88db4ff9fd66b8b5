import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../helpers/until.ts";
import { headersOf } from "./answers.ts";
import { failing, streams } from "./fail.ts";
import { handshake } from "./handshake.ts";
import { type FaultWorld, startFaultWorld, sumOf, textOf } from "./harness.ts";

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** Of a failure that is to come again and again, in milliseconds. */
const lasting = 3_000;
const notPrimary = 189;
const resumable = { errorCode: notPrimary, errorLabels: ["ResumableChangeStreamError"] };

/** Of each node, how often its stream was opened again; after an end of one kind, or any. */
async function reopens(end?: string): Promise<number[]> {
  const name = "kith_stream_reopens_total";
  return Promise.all(
    world.nodes.map(async (node) => sumOf(await node.metrics(), end ? `${name}{end="${end}"}` : name)),
  );
}
const since = (now: readonly number[], before: readonly number[]) => now.map((count, i) => count - (before[i] ?? 0));
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
const haveAll = async (before: readonly number[], wanted: number, end?: string) =>
  since(await reopens(end), before).every((count) => count >= wanted);

test("fault 9: reading the stream fails fifty times", async () => {
  const before = await reopens();
  let count = 0;
  const outcome = await world.during(async () => {
    const failure = await failing(
      world.set,
      ["getMore"],
      { namespace: streams, ...resumable },
      {
        activationProbability: 0.5,
      },
    );
    await until(async () => sum(since(await reopens(), before)) >= 50, { timeout: 120_000, what: "fifty failures" });
    await failure[Symbol.asyncDispose]();
    count = sum(since(await reopens("resumable"), before));
  });
  world.report(`fault 9, ${count} resumable failures of reading: ${textOf(outcome)}`);
  expect(count).toBeGreaterThanOrEqual(50);
  expect(outcome.resyncs).toBe(0);
});

test.each([
  ["280, ChangeStreamFatalError", 280, "fatal"],
  ["286, ChangeStreamHistoryLost", 286, "historyLost"],
])("fault 10: the stream ends for good with %s", async (name, errorCode, end) => {
  const before = await reopens(end);
  let after: number[] = [];
  const outcome = await world.during(async () => {
    const failure = await failing(world.set, ["getMore"], { namespace: streams, errorCode });
    await setTimeout(lasting);
    after = since(await reopens(end), before);
    await failure[Symbol.asyncDispose]();
  });
  world.report(
    `fault 10, ${name} for ${lasting / 1_000} s: the nodes opened ${after.join(" and ")} times; ${textOf(outcome)}`,
  );
  // Pauses of 0.05 s at least that double: the seventh attempt cannot come before 3.15 s.
  for (const count of after) expect(count).toBeGreaterThanOrEqual(1);
  for (const count of after) expect(count).toBeLessThanOrEqual(7);
  expect(outcome.resyncs).toBeGreaterThanOrEqual(world.nodes.length);
});

test("fault 11: the stream cannot be opened", async () => {
  const before = await reopens("unavailable");
  const { config, visitors } = world.load;
  let handshakes: number[] = [];
  const outcome = await world.during(async () => {
    const failure = await failing(world.set, ["getMore", "aggregate"], { namespace: streams, closeConnection: true });
    await until(() => haveAll(before, 3, "unavailable"), { timeout: 60_000, what: "failures to open" });
    for (const node of world.nodes) {
      await until(async () => !(await node.isReady()), { timeout: 30_000, what: `${node.name} not to be ready` });
    }
    handshakes = await Promise.all(world.nodes.map(({ url }) => handshake(url, headersOf(config, visitors[0]))));
    await failure[Symbol.asyncDispose]();
  });
  const answers = [...new Set(handshakes)].join(", ");
  world.report(`fault 11, the stream could not be opened: handshakes answered ${answers}; ${textOf(outcome)}`);
  expect(handshakes).toEqual(world.nodes.map(() => 503));
  expect(outcome.resyncs).toBe(0);
});
