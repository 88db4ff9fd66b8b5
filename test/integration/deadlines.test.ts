import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Client } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

const idle = 3_000;
let system: System;
beforeAll(async () => {
  // The sweep is left at its 15 s, which is too late for all of this.
  system = await startSystem({ environment: { SESSION_IDLE: `${idle}ms`, SESSION_TOUCH_AFTER: "50ms" } });
  await sessions().dropIndex("expires_1");
});
afterAll(() => system?.[Symbol.asyncDispose]());

const sessions = () => system.database.connection.collection("sessions");
const use = (client: Client) => client.fetch("/api/me");
const endOf = async (client: Client) => (await sessions().findOne({ user: client.id }))?.expires.getTime() as number;

let ada: Client;
beforeEach(async () => {
  ada = await system.person("Ada");
});

test("a session that is not used ends its sockets on time, warned of before, without the database's help", async () => {
  const socket = await ada.connect();
  const end = await endOf(ada);
  const warning = await socket.first("session");
  expect(warning).toEqual({ state: "expiring", at: new Date(end).toISOString(), reason: "idle" });
  expect(Date.now()).toBeLessThan(end);
  await socket.closed();
  expect(Date.now()).toBeGreaterThanOrEqual(end);
  expect(Date.now() - end).toBeLessThan(2_000);
  expect(socket.all("session")).toEqual([
    warning,
    { state: "ended", at: expect.stringMatching(/^\d{4}-/), reason: "expired" },
  ]);
  expect(await endOf(ada)).toBe(end);
});

test("a session that is used over HTTP keeps its socket, which is not warned as long as it is", async () => {
  const socket = await ada.connect();
  const first = await endOf(ada);
  await until(async () => (await use(ada)) && Date.now() > first + idle);
  expect([socket.disconnectReason, socket.all("session")]).toEqual([undefined, []]);
  await socket.closed();
  expect(socket.all("session").map(({ state }) => state)).toEqual(["expiring", "ended"]);
});

test("a session that is used all the time ends at its absolute end", async () => {
  const end = new Date(Date.now() + idle + 1_000);
  const since = new Date(end.getTime() - system.config.session.absolute);
  await sessions().updateOne({ user: ada.id }, { $set: { since } });
  const socket = await ada.connect();
  await until(async () => (await use(ada)) && socket.disconnectReason);
  expect(Date.now()).toBeGreaterThanOrEqual(end.getTime());
  expect(socket.all("session")).toMatchObject([
    { state: "expiring", at: end.toISOString(), reason: "absolute" },
    { state: "ended", reason: "expired" },
  ]);
  expect((await use(ada)).status).toBe(401);
});
