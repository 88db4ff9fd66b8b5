import { writeSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { fewConnections } from "../../functions/connections.ts";
import { type Answer, functionWorld, type LambdaFunction, patience } from "../helpers/functions.ts";
import { startMembers } from "../helpers/members.ts";
import { until } from "../helpers/until.ts";
import { connectionsOf } from "./connections.ts";

/** Longer than anything in the driver or in Kith waits, and than a connection is kept that nobody used. */
const long = 90_000;
/** Over which what a process finds out late would fail the requests after the first. */
const aftermath = 8_000;

function expectInTime({ status, milliseconds }: Answer, expected: number, what: string): number {
  expect(status, `${what}, after ${Math.round(milliseconds)} ms`).toBe(expected);
  expect(milliseconds, what).toBeLessThan(patience);
  return milliseconds;
}

const expectAnswer = async (lambda: LambdaFunction, what: string) => expectInTime(await lambda.ask(), 200, what);

test("fault 30: functions are frozen for 90 s, and their connections end meanwhile", async () => {
  await using set = await startMembers(1);
  const world = await functionWorld(set);
  await using stack = new AsyncDisposableStack();
  const started = async () => stack.use(await world.start());
  const expectComment = async (lambda: LambdaFunction, body: string) => {
    const milliseconds = expectInTime(await lambda.comment(body), 201, body);
    expect(await world.saved(body), body).toBe(1);
    return milliseconds;
  };
  const ends: Record<string, (lambda: LambdaFunction) => void> = {
    cut: ({ way }) => way.cut(),
    forgotten: ({ way }) => way.forget(),
    "left alone": () => {},
  };
  // Of each a pair: the first request after the thaw reads, or writes.
  const pairs = Object.entries(ends).map(async ([name, end]) => ({
    name,
    end,
    pair: [await started(), await started()],
  }));
  const warm = await Promise.all(pairs);
  const opening = await started();
  for (const { pair } of warm) for (const each of pair) await expectAnswer(each, "the first request");
  const begun = opening.ask();
  await until(() => opening.way.most > 0, { what: "it to connect" });
  const all = new Map([["opening", { lambda: opening, ask: expectAnswer }]]);
  for (const { name, pair } of warm) {
    const [reader, writer] = pair as [LambdaFunction, LambdaFunction];
    all.set(name, { lambda: reader, ask: expectAnswer });
    all.set(`${name}, a comment`, { lambda: writer, ask: expectComment });
  }
  const functions = [...all.values()].map(({ lambda }) => lambda);
  for (const each of functions) each.freeze();
  opening.way.cut();
  for (const { end, pair } of warm) for (const each of pair) end(each);
  await setTimeout(long);
  for (const each of functions) each.thaw();
  const answers = [...all].map(async ([name, { lambda, ask }]) => {
    const first = await ask(lambda, name);
    const end = performance.now() + aftermath;
    while (performance.now() < end) await expectAnswer(lambda, `${name}, afterwards`);
    return `${name} ${Math.round(first)} ms`;
  });
  const told = await Promise.all(answers);
  expect([200, 503]).toContain((await begun).status);
  // Twice more: in the middle of nothing, and with the connections cut again.
  for (const isCut of [false, true]) {
    for (const each of functions) each.freeze();
    if (isCut) for (const { way } of functions) way.cut();
    await setTimeout(3_000);
    for (const each of functions) each.thaw();
    const again = isCut ? "cut again" : "frozen again";
    await Promise.all([...all].map(([name, { lambda, ask }]) => ask(lambda, `${name}, ${again}`)));
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
