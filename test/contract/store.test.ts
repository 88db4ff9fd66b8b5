import { expect, test } from "vitest";
import { SessionStore } from "../../shared/session/store.ts";
import { grid } from "./cells.ts";
import { createNeighbour } from "./neighbour/app.ts";
import { users } from "./worlds/cell.ts";
import { useDatabase } from "./worlds/database.ts";
import { observeLast } from "./worlds/observe.ts";
import { compare, summary } from "./worlds/run.ts";
import { ourStorage, type Sides, sides } from "./worlds/sides.ts";
import { post } from "./worlds/step.ts";

const database = useDatabase();

/** An Express app that was given our store, in the place of ours. */
const expressWithOurStore: Sides = {
  express: sides.express,
  ours(cell, { onStore, onLateError, client, dbName, collectionName }) {
    const storage = new SessionStore({ ...ourStorage(cell), client, dbName, collectionName });
    return createNeighbour({ session: cell.session, storage, users, onStore, onLateError });
  },
};

test("Express with our store: no difference to Express with connect-mongo's", async () => {
  const cells = grid.filter(({ retiredSecret, session, storage }) => {
    return !retiredSecret && session.rolling && !storage.transformId === !storage.cryptoAdapter;
  });
  const result = await compare(cells, { ...database, sides: expressWithOurStore });
  process.stdout.write(`contract: our store at Express, ${summary(result, "cells")}\n`);
  expect(result.differences.join("\n")).toBe("");
});

test("Express with our store cannot revive a session, and is told so", async () => {
  const [cell] = grid as [(typeof grid)[0]];
  const steps = [post("/change", { count: "views" }), post("/end-elsewhere", { count: "views" })];
  const last = (side: "express" | "ours") =>
    observeLast({ ...cell, steps }, side, { ...database, sides: expressWithOurStore });
  expect((await last("express")).documents).toHaveLength(1);
  expect(await last("ours")).toMatchObject({ status: 200, documents: [], late: ["The session has ended."] });
});
