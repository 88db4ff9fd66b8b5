import { Timestamp } from "mongodb";
import { expect, test } from "vitest";
import type { Change } from "../../realtime/changes/change.ts";
import { createIntake } from "../../realtime/intake.ts";

const time = new Timestamp({ t: 5, i: 1 });
const beat: Change = { kind: "beat", node: "here", count: 1 };
const unreadable: Change = { kind: "unreadable", collection: "comments" };
const dropped: Change = { kind: "collection", collection: "users", operation: "drop" };

/** An intake, and what it does, in order; `failing` is what rejects. */
function start(failing?: string) {
  const done: string[] = [];
  const step = (name: string) => async () => {
    if (name === failing) throw new Error(name);
    done.push(name);
    return undefined;
  };
  const intake = createIntake({
    connections: { explain() {} },
    gate: { pass: step("gate"), passed: () => void done.push("passed") },
    delivery: {
      time: () => time,
      startAt: () => void done.push("startAt"),
      deliver: step("deliver"),
      forget: () => void done.push("forget"),
      startAnew(reason) {
        done.push(reason);
        return 0;
      },
      close: () => {},
    },
    recheck: { all: step("recheck") },
    beat: { seen: () => void done.push("beat") },
    metrics: { events: { inc() {} }, resyncs: { inc() {} } } as never,
    log: { error: () => void done.push("log") },
  });
  return { intake, done };
}

test("a batch that can be read is delivered, and nobody loads anew", async () => {
  const { intake, done } = start();
  await intake.onBatch([beat], time);
  expect(done).toEqual(["gate", "deliver", "passed", "beat"]);
});

test.each([
  [unreadable, "a change could not be read"],
  [dropped, "a whole collection was dropped or renamed"],
])("what was kept is forgotten before anything of a batch with a gap is delivered", async (gap, reason) => {
  const { intake, done } = start();
  await intake.onBatch([beat, gap, gap], time);
  expect(done).toEqual(["gate", "forget", "deliver", "passed", "beat", "log", reason]);
});

test("a batch with a gap that could not be delivered is answered when it was", async () => {
  const { intake, done } = start("deliver");
  await expect(intake.onBatch([unreadable], time)).rejects.toThrow("deliver");
  expect(done).toEqual(["gate", "forget"]);
});

test("after a loss sessions are rechecked, then all is forgotten that is older than the start, then everybody loads anew", async () => {
  const { intake, done } = start();
  await intake.onStart(time, "lost");
  expect(done).toEqual(["recheck", "startAt", "forget", "lost"]);
});

test("nobody is told of a loss as long as the sessions cannot be rechecked", async () => {
  const { intake, done } = start("recheck");
  await expect(intake.onStart(time, "lost")).rejects.toThrow("recheck");
  expect(done).toEqual([]);
});

test("the process's start is no loss", async () => {
  const { intake, done } = start();
  await intake.onStart(time, undefined);
  expect(done).toEqual(["startAt"]);
});
