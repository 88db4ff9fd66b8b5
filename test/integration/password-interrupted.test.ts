import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { testPassword } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

test("a password change whose other sessions could not be deleted has ended them all the same", async () => {
  const ada = await system.person("Ada");
  const thief = system.client();
  const credentials = { username: ada.me?.username ?? "", password: testPassword };
  await thief.api.api.session.$post({ json: credentials });
  const atThiefs = await thief.connect();

  vi.spyOn(system.database.sessions, "end").mockRejectedValueOnce(new Error("The primary has stepped down."));
  const next = "another horse, another battery";
  const answer = await ada.api.api.password.$put({ json: { current: testPassword, next } });
  expect(answer.status).toBe(204);
  expect((await ada.fetch("/api/me")).status).toBe(200);

  expect((await thief.fetch("/api/me")).status).toBe(401);
  await expect(thief.connect()).rejects.toThrow();
  await atThiefs.closed();
  expect(atThiefs.all("session")).toMatchObject([{ state: "ended", reason: "passwordChanged" }]);

  const back = await system.client().api.api.session.$post({ json: { ...credentials, password: next } });
  expect(back.status).toBe(200);
});

test("a session that cannot be read here ends with the others", async () => {
  const ben = await system.person("Ben");
  const sessions = system.database.connection.collection<{ _id: string; user?: string; session: unknown }>("sessions");
  await sessions.insertOne({ _id: "written-with-another-key", user: ben.id, session: "kBvR7…" });
  expect((await ben.api.api.sessions.$delete()).status).toBe(204);
  expect(await sessions.countDocuments({ user: ben.id })).toBe(1);
});
