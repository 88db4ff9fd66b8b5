import { MongoStore } from "connect-mongo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { experiment, type Findings } from "./revival/experiment.ts";
import { expressSubject } from "./revival/express-subject.ts";
import { honoSubject } from "./revival/hono-subject.ts";
import { kinds } from "./revival/kinds.ts";
import { latchDriver } from "./revival/latch.ts";
import { openWorld, type World } from "./revival/world.ts";

let latches: Disposable;
let world: World;
const lines: string[] = [];

beforeAll(async () => {
  latches = latchDriver();
  world = await openWorld();
});
afterAll(async () => {
  process.stdout.write(`\nrevival: ${lines.join(";\n         ")}\n`);
  latches?.[Symbol.dispose]();
  await world?.[Symbol.asyncDispose]();
});

function report(name: string, { runs, schedules, revivals, rotatedFirst }: Findings): void {
  const first = rotatedFirst > 0 ? `, ${rotatedFirst} with a new id given before the sign-out` : "";
  const count = runs.toLocaleString("en-GB");
  lines.push(`${count} runs over ${schedules.size} distinct schedules, ${revivals.length} revived${first} (${name})`);
}

/** How often what revived what, with one schedule that shows it. */
function summary({ revivals }: Findings): Record<string, { times: number; schedule: string }> {
  const found: ReturnType<typeof summary> = {};
  for (const { kind, how, schedule } of revivals) {
    const name = `${kind}: ${how}`;
    const shortest = found[name]?.schedule ?? schedule;
    found[name] = {
      times: (found[name]?.times ?? 0) + 1,
      schedule: schedule.length < shortest.length ? schedule : shortest,
    };
  }
  return found;
}

/** Who was answered other than with success or "sign in first": express-session has no word for a reload of what is gone. */
function failures({ answers }: Findings): string[] {
  return [...answers.keys()].filter((answer) => !/ (?:R (?:200|401)|L (?:204|401))$/.test(answer)).sort();
}

describe("a session that was signed out", () => {
  test("is revived by no late request", async () => {
    await using subject = await honoSubject(world);
    const findings = await experiment(world, subject, { kinds, finer: 70, seed: 1 });
    report(subject.name, findings);
    expect(summary(findings)).toEqual({});
    expect(failures(findings)).toEqual(["reloads R 500"]);
    expect(findings.runs).toBeGreaterThanOrEqual(1_000);
    expect(findings.schedules.size).toBeGreaterThanOrEqual(50);
  });

  test("is revived by none in an Express app on our store", async () => {
    await using subject = await expressSubject(world, world.database.sessions, "our store under Express");
    const findings = await experiment(world, subject, { kinds, finer: 10, seed: 2 });
    report(subject.name, findings);
    expect(summary(findings)).toEqual({});
    expect(failures(findings)).toEqual(["reloads R 500"]);
    expect(findings.runs).toBeGreaterThanOrEqual(1_000);
    expect(findings.schedules.size).toBeGreaterThanOrEqual(50);
  });

  test("is revived in an Express app on connect-mongo's store, so that this would be seen", async () => {
    const store = MongoStore.create({ client: world.client, dbName: world.database.connection.name });
    await using subject = await expressSubject(world, store, "connect-mongo's own store under Express");
    const findings = await experiment(world, subject, { kinds: ["modifies", "rotates"], finer: 10, seed: 3 });
    report(subject.name, findings);
    expect(findings.revivals.length).toBeGreaterThan(0);
    expect(Object.keys(summary(findings)).sort()).toEqual([
      "modifies: its cookie is good",
      "modifies: its record is there",
      "rotates: another id came of it",
    ]);
  });
});
