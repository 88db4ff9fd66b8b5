import { expect, test } from "vitest";
import { grid } from "./cells.ts";
import { useDatabase } from "./worlds/database.ts";
import { compare, summary } from "./worlds/run.ts";
import { sides } from "./worlds/sides.ts";

const database = useDatabase();

test("each way to store, to rotate and to roll: one script, wherever its steps are taken", async () => {
  const result = await compare(grid, { ...database, sides });
  process.stdout.write(`contract: ${summary(result, "cells")}\n`);
  expect(result.differences.join("\n")).toBe("");
  expect(result.setCookies).toBeGreaterThan(10_000);
});
