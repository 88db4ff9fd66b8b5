import { expect, test } from "vitest";
import { differences } from "./differences.ts";
import { useDatabase } from "./worlds/database.ts";
import { observeLast } from "./worlds/observe.ts";
import { sides } from "./worlds/sides.ts";

const database = useDatabase();

test.each(differences)("on purpose: $cell.name ($reason)", async ({ cell, express, ours }) => {
  expect(await observeLast(cell, "express", { ...database, sides })).toMatchObject(express);
  expect(await observeLast(cell, "ours", { ...database, sides })).toMatchObject(ours);
});
