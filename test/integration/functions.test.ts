import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { fewConnections } from "../../functions/connections.ts";
import { type FunctionWorld, functionWorld, type LambdaFunction, patience } from "../helpers/functions.ts";
import { type Member, type Members, startMembers } from "../helpers/members.ts";

let set: Members;
let world: FunctionWorld;
beforeAll(async () => {
  set = await startMembers(1);
  world = await functionWorld(set);
});
afterAll(() => set?.[Symbol.asyncDispose]());

let running: LambdaFunction[] = [];
const start: FunctionWorld["start"] = async (options) => {
  const started = await world.start(options);
  running.push(started);
  return started;
};
afterEach(async () => {
  await Promise.all(running.map((each) => each[Symbol.asyncDispose]()));
  running = [];
});

test("a function that is frozen, and whose connections are cut meanwhile, answers its next request, and saves what that says once", async () => {
  const lambda = await start();
  expect((await lambda.ask()).status).toBe(200);
  for (let n = 0; n < 10; n++) {
    lambda.freeze();
    lambda.way.cut();
    await setTimeout(200);
    lambda.thaw();
    const body = `after freeze ${n}`;
    const isWrite = n % 2 === 1;
    const { status, milliseconds } = await (isWrite ? lambda.comment(body) : lambda.ask());
    expect(status).toBe(isWrite ? 201 : 200);
    expect(milliseconds).toBeLessThan(patience);
    if (isWrite) expect(await world.saved(body)).toBe(1);
  }
  expect(lambda.way.most).toBeGreaterThan(1);
});

test("twenty cold functions at once all answer, and each has no more connections than it is meant to", async () => {
  const functions = await Promise.all(Array.from({ length: 20 }, () => start()));
  const statuses = async (path?: string) => {
    // A function is handed one request at a time; more than that must not be its end either.
    const answers = functions.flatMap((each) => [each.ask(path), each.ask(path), each.ask(path), each.ask(path)]);
    return new Set((await Promise.all(answers)).map(({ status }) => status));
  };
  for (const path of ["/api/me", "/api/friends", "/api/comments"]) expect(await statuses(path)).toEqual(new Set([200]));
  for (const { way } of functions) {
    expect(way.most).toBeGreaterThan(1);
    expect(way.most).toBeLessThanOrEqual(fewConnections.maxPoolSize + 1);
  }
}, 60_000);

describe.each([
  ["is gone", (member: Member) => member.stop("SIGKILL"), (member: Member) => member.start()],
  ["hangs", async (member: Member) => member.pause(), async (member: Member) => member.resume()],
])("where the database %s", (_, away, back) => {
  test("a function says so in time, and the same one works when it is back", async () => {
    const [member] = set.members as [Member];
    const [warm, cold] = await Promise.all([start({ ownWay: false }), start({ ownWay: false })]);
    expect((await warm.ask()).status).toBe(200);
    await away(member);
    try {
      for (let n = 0; n < 2; n++) {
        for (const { status, milliseconds } of await Promise.all([warm.ask(), cold.ask()])) {
          expect(status).toBe(503);
          expect(milliseconds).toBeLessThan(patience);
        }
      }
      expect((await cold.ask("/health")).status).toBe(200);
    } finally {
      await back(member);
    }
    await set.primary();
    for (const { status, milliseconds } of await Promise.all([warm.ask(), cold.ask()])) {
      expect(status).toBe(200);
      expect(milliseconds).toBeLessThan(patience);
    }
  }, 60_000);
});
