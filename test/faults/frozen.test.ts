import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { fewConnections } from "../../functions/connections.ts";
import { functionWorld, type LambdaFunction, patience } from "../helpers/functions.ts";
import { startMembers } from "../helpers/members.ts";
import { until } from "../helpers/until.ts";
import { connectionsOf } from "./connections.ts";

/** Longer than anything in the driver or in Kith waits, and than a connection is kept that nobody used. */
const long = 90_000;
/** Over which what a process finds out late would fail the requests after the first. */
const aftermath = 8_000;

async function expectAnswer(lambda: LambdaFunction, what: string): Promise<number> {
  const { status, milliseconds } = await lambda.ask();
  expect(status, `${what}, after ${Math.round(milliseconds)} ms`).toBe(200);
  expect(milliseconds, what).toBeLessThan(patience);
  return milliseconds;
}

test("fault 30: functions are frozen for 90 s, and their connections end meanwhile", async () => {
  await using set = await startMembers(1);
  const world = await functionWorld(set);
  const [cut, forgotten, alone, opening] = await Promise.all([
    world.start(),
    world.start(),
    world.start(),
    world.start(),
  ]);
  await using stack = new AsyncDisposableStack();
  for (const each of [cut, forgotten, alone, opening]) stack.use(each);
  for (const each of [cut, forgotten, alone]) await expectAnswer(each, "the first request");
  const begun = opening.ask();
  await until(() => opening.way.most > 0, { what: "it to connect" });
  const all = new Map([
    ["cut", cut],
    ["forgotten", forgotten],
    ["left alone", alone],
    ["opening", opening],
  ]);
  for (const each of all.values()) each.freeze();
  cut.way.cut();
  opening.way.cut();
  forgotten.way.forget();
  await setTimeout(long);
  for (const each of all.values()) each.thaw();
  const answers = [...all].map(async ([name, each]) => {
    const first = await expectAnswer(each, name);
    const end = performance.now() + aftermath;
    while (performance.now() < end) await expectAnswer(each, `${name}, afterwards`);
    return `${name} ${Math.round(first)} ms`;
  });
  const told = await Promise.all(answers);
  expect([200, 503]).toContain((await begun).status);
  // Twice more: in the middle of nothing, and with the connections cut again.
  for (const isCut of [false, true]) {
    for (const each of all.values()) each.freeze();
    if (isCut) for (const { way } of all.values()) way.cut();
    await setTimeout(3_000);
    for (const each of all.values()) each.thaw();
    await Promise.all([...all].map(([name, each]) => expectAnswer(each, `${name}, frozen again`)));
  }
  writeSync(1, `fault 30, frozen for 90 s: first answers ${told.join(", ")}\n`);
});

test("fault 31: twenty functions start at once on three members", async () => {
  await using set = await startMembers(3);
  const world = await functionWorld(set);
  await using stack = new AsyncDisposableStack();
  const functions = await Promise.all(Array.from({ length: 20 }, () => world.start({ ownWay: false })));
  for (const each of functions) stack.use(each);
  const most = async () =>
    Math.max(...(await Promise.all(functions.map(({ pid }) => connectionsOf(pid, set.members)))));
  let seen = 0;
  for (const path of ["/api/me", "/api/friends", "/api/comments"]) {
    const answers = functions.flatMap((each) => Array.from({ length: 4 }, () => each.ask(path)));
    const settled = Promise.all(answers);
    let isDone = false;
    void settled.finally(() => {
      isDone = true;
    });
    while (!isDone) seen = Math.max(seen, await most());
    expect(new Set((await settled).map(({ status }) => status))).toEqual(new Set([200]));
  }
  expect(seen).toBeGreaterThan(3);
  expect(seen).toBeLessThanOrEqual(fewConnections.maxPoolSize + 3);
  writeSync(1, `fault 31, twenty cold functions at once: at most ${seen} connections each, monitors included\n`);
});
