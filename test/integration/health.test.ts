import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findMongod } from "../../infra/mongod/find.ts";
import { type ReplicaSet, startReplicaSet } from "../../infra/mongod/replica-set.ts";
import { withDatabase } from "../../infra/mongod/uri.ts";
import { staleAfter } from "../../realtime/changes/beat.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let set: ReplicaSet;
let dbPath: string;
let system: System;

/** A replica set of its own, as this file stops it. */
beforeAll(async () => {
  const cacheDir = fileURLToPath(new URL("../../.kith/mongod", import.meta.url));
  dbPath = await mkdtemp(join(tmpdir(), "kith-test-"));
  const { path } = await findMongod({ cacheDir });
  set = await startReplicaSet({ mongod: path, dbPath });
  system = await startSystem({ environment: { MONGODB_URI: withDatabase(set.uri, "kith-health") } });
});
afterAll(async () => {
  process.kill(set.pid, "SIGCONT");
  await system?.[Symbol.asyncDispose]();
  await set?.stop("SIGKILL");
  await rm(dbPath, { recursive: true, force: true });
});

const statusOf = async (url: string) => (await fetch(url)).status;

test("health is the process, readiness is the way of a change; both sides recover by themselves", {
  timeout: 90_000,
}, async () => {
  const { functionsUrl, realtimeUrl } = system;
  const ada = await system.person("Ada");
  const socket = await ada.connect();
  for (const url of [functionsUrl, realtimeUrl]) {
    expect(await statusOf(`${url}/health`)).toBe(200);
    expect(await statusOf(`${url}/ready`)).toBe(200);
  }

  // Paused, not closed: every connection and the cursor stay open, and say nothing.
  process.kill(set.pid, "SIGSTOP");
  const stoppedAt = performance.now();
  await until(async () => (await statusOf(`${functionsUrl}/ready`)) === 503);
  await until(async () => (await statusOf(`${realtimeUrl}/ready`)) === 503, { timeout: staleAfter + 5_000 });
  expect(performance.now() - stoppedAt).toBeLessThan(staleAfter + 1_000);
  const askedAt = performance.now();
  const refused = await ada.fetch("/api/me");
  expect(performance.now() - askedAt).toBeLessThan(6_000);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ code: "unavailable" });
  for (const url of [functionsUrl, realtimeUrl]) expect(await statusOf(`${url}/health`)).toBe(200);
  expect(socket.disconnectReason).toBeUndefined();
  const signOut = await ada.fetch("/api/session", { method: "DELETE" });
  expect([signOut.status, signOut.headers.get("set-cookie")]).toEqual([503, null]);

  process.kill(set.pid, "SIGCONT");
  for (const url of [functionsUrl, realtimeUrl]) {
    await until(async () => (await statusOf(`${url}/ready`)) === 200, {
      timeout: 20_000,
      what: `${url} to be ready again`,
    });
  }
  const comment = await ada.comment("back again");
  await socket.first("comment", ({ id }) => id === comment.id);
  expect(socket.all("resync")).toEqual([]);
});
