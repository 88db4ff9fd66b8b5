import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { grid } from "./cells.ts";
import { compare } from "./worlds/run.ts";
import { sides } from "./worlds/sides.ts";

const dbName = `kith-contract-${crypto.randomUUID().slice(0, 8)}`;
let client: MongoClient;
beforeAll(async () => {
  client = await MongoClient.connect(inject("mongodb"), { writeConcern: { w: 1 } });
});
afterAll(async () => {
  await client.db(dbName).dropDatabase();
  await client.close();
});

test("the grid: each way to store, to rotate and to roll, in each world", async () => {
  const cells = process.env.CELLS ? grid.slice(0, Number(process.env.CELLS)) : grid;
  const s = process.env.SELF ? { ...sides, ours: sides.express } : sides;
  const result = await compare(cells, { client, dbName, sides: s });
  process.stdout.write(`${JSON.stringify({ ...result, differences: result.differences.length })}\n`);
  expect(result.differences.slice(0, 5).join("\n")).toBe("");
}, 120_000);
