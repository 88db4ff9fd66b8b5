import { expect, inject, test } from "vitest";
import { readOptions } from "../../infra/load/options.ts";
import { isClean } from "../../infra/load/report.ts";
import { runLoad } from "../../infra/load/run.ts";
import { startWorld } from "../../infra/load/world.ts";
import { withDatabase } from "../../infra/mongod/uri.ts";

const freshDatabase = () => withDatabase(inject("mongodb"), `kith-test-${crypto.randomUUID().slice(0, 8)}`);
const quiet = { say: () => {}, progress: () => {} };

test("a load with a killed node loses nothing, leaks nothing and counts what it did", { timeout: 60_000 }, async () => {
  const said: string[] = [];
  const options = readOptions([
    "--people",
    "12",
    "--friends",
    "4",
    "--rate",
    "10",
    "--duration",
    "5",
    "--kill-node",
    "2",
  ]);
  const result = await runLoad(freshDatabase(), options, {
    ...quiet,
    say: (what) => said.push(what),
    stopping: new AbortController().signal,
  });
  expect(result.verdict).toEqual({ lost: [], leaked: [], duplicated: [] });
  expect(isClean(result)).toBe(true);
  expect(said).toContain("a node was killed");
  expect(result.comments).toBeGreaterThan(20);
  expect(result.receipts.length).toBeGreaterThanOrEqual(result.comments);
});

test("a load sees a comment that a stranger is told, and one that a friend does not show", {
  timeout: 60_000,
}, async () => {
  await using world = await startWorld({ uri: freshDatabase(), people: 6, friends: 2, nodes: 1 });
  await world.connect();
  const stopping = new AbortController();
  const commenting = world.comment(10, stopping.signal);
  await expect.poll(() => world.ledger.acknowledged, { timeout: 20_000 }).toBeGreaterThan(5);
  stopping.abort();
  await commenting;
  await world.settle(20_000);
  expect(await world.verdict()).toEqual({ lost: [], leaked: [], duplicated: [] });

  const [ada, ben, , stranger] = world.visitors.map(({ person }) => person.id) as [string, string, string, string];
  world.ledger.tell(stranger, { id: "0".repeat(24), authorId: ada });
  world.ledger.acknowledge({ id: "1".repeat(24), authorId: ada });
  const { lost, leaked } = await world.verdict();
  expect(leaked).toEqual([`${"0".repeat(24)} told to ${stranger}`]);
  expect(lost).toContain(`${"1".repeat(24)} at ${ben}`);
});
