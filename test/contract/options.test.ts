import { expect, test } from "vitest";
import { optionCells } from "./option-cells.ts";
import { storeCells } from "./store-cells.ts";
import { useDatabase } from "./worlds/database.ts";
import { compare, summary } from "./worlds/run.ts";
import { sides } from "./worlds/sides.ts";

const database = useDatabase();

test("each option of express-session, and other stores: one script, wherever its steps are taken", async () => {
  const result = await compare([...optionCells, ...storeCells], { ...database, sides });
  process.stdout.write(`contract: ${summary(result, "options")}\n`);
  expect(result.differences.join("\n")).toBe("");
});
