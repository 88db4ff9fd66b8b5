import { expect, test } from "vitest";
import { differences } from "./differences.ts";
import { count, quiet } from "./option-cells.ts";
import { FailingStore, fail } from "./stores.ts";
import { useDatabase } from "./worlds/database.ts";
import { observeLast } from "./worlds/observe.ts";
import { sides } from "./worlds/sides.ts";

const database = useDatabase();

test.each(differences)("on purpose: $cell.name ($reason)", async ({ cell, express, ours }) => {
  expect(await observeLast(cell, "express", { ...database, sides })).toMatchObject(express);
  expect(await observeLast(cell, "ours", { ...database, sides })).toMatchObject(ours);
});

// At Express the first `end` throws and the error's own is then ignored: nobody is ever answered, so there is nothing to compare.
test("on purpose: a store that throws while it is written to leaves the answer as it is", async () => {
  const steps = [count(), count({ prepare: fail("set", "throw") })];
  const cell = { name: "set throws", session: quiet, storage: () => new FailingStore(), steps };
  expect(await observeLast(cell, "ours", { ...database, sides })).toMatchObject({ status: 200, late: ["set failed"] });
});
