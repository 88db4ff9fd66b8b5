import { afterAll, beforeAll, expect, test } from "vitest";
import { staleAfter } from "../../realtime/changes/beat.ts";
import { startSystemOnOwnSet } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let system: Awaited<ReturnType<typeof startSystemOnOwnSet>>;
beforeAll(async () => {
  system = await startSystemOnOwnSet();
});
afterAll(() => system?.[Symbol.asyncDispose]());

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
  process.kill(system.set.pid, "SIGSTOP");
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

  process.kill(system.set.pid, "SIGCONT");
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
