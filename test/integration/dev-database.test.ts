import { mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { findRunning, startDatabase } from "../../infra/dev/database.ts";
import { findMongod } from "../../infra/mongod/find.ts";
import { findTarget } from "../../infra/seed/target.ts";

const log = () => {};
let kept: string;
beforeEach(async () => {
  kept = await realpath(await mkdtemp(join(tmpdir(), "kith-dev-")));
  const cacheDir = fileURLToPath(new URL("../../.kith/mongod", import.meta.url));
  await findMongod({ cacheDir });
  await symlink(cacheDir, join(kept, "mongod"));
});
afterEach(() => rm(kept, { recursive: true, force: true }));

test("whoever looks for the database of development finds the one that runs, and starts it otherwise", {
  timeout: 60_000,
}, async () => {
  expect(await findRunning(kept)).toBeUndefined();
  const development = await startDatabase({ kept, name: "kith_empty", log });
  expect(development.uri).toContain("/kith_empty?");
  const joined = await findTarget({}, { kept, isMeant: false, log });
  expect([joined.uri, joined.isRunning]).toEqual([development.uri, true]);
  await joined.close();
  expect(await findRunning(kept)).toBe(development.uri);
  await expect(startDatabase({ kept, log })).rejects.toThrow("in use by another mongod");
  expect(await findRunning(kept)).toBe(development.uri);
  await development.stop();

  const own = await findTarget({}, { kept, isMeant: false, log });
  expect([own.uri.includes("/kith?"), own.isRunning]).toEqual([true, false]);
  await own.close();
  expect(await findRunning(kept)).toBeUndefined();
});

test("an address that was left behind is nobody's, whoever has it now", { timeout: 20_000 }, async () => {
  await writeFile(join(kept, "address"), "mongodb://127.0.0.1:9/kith?replicaSet=kith");
  expect(await findRunning(kept)).toBeUndefined();
  await writeFile(join(kept, "address"), inject("mongodb"));
  expect(await findRunning(kept)).toBeUndefined();
});
