import { afterAll, beforeAll, expect, test } from "vitest";
import { testPassword } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

/** Neither needs a session, and none is set. */
const needsNoSession = /^\/(assets\/|health$|ready$|api\/docs$)/;

test("what needs or sets a session is stored by no cache, whoever asks and however it ends", async () => {
  const stranger = system.client();
  const ada = await system.person("Ada");
  const routes = system.app.routes.filter(({ method, path }) => method !== "ALL" && !needsNoSession.test(path));
  expect(routes.length).toBeGreaterThan(20);
  for (const { method, path } of routes) {
    for (const who of [stranger, ada]) {
      const url = path.replace(/:\w+/, "0123456789abcdef01234567");
      const response = await who.fetch(url, { method });
      expect(response.headers.get("cache-control"), `${method} ${url} (${response.status})`).toBe("no-store");
    }
  }
});

test("no other origin is let in to read, or asked what it may send", async () => {
  const ada = await system.person("Ada");
  for (const method of ["GET", "OPTIONS", "DELETE"]) {
    const response = await ada.fetch("/api/session", {
      method,
      headers: { origin: "https://evil.example", "access-control-request-method": "DELETE" },
    });
    const allowed = [...response.headers.keys()].filter((name) => name.startsWith("access-control-"));
    expect(allowed, `${method} (${response.status})`).toEqual([]);
  }
});

test("a sign-in and a touch that set the cookie are stored by no cache", async () => {
  const ben = await system.person("Ben");
  const form = new URLSearchParams({ username: ben.me?.username ?? "", password: testPassword });
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const signedIn = await ben.fetch("/login", { method: "POST", headers: type, body: form.toString() });
  expect(signedIn.headers.getSetCookie()).toHaveLength(1);
  expect(signedIn.headers.get("cache-control")).toBe("no-store");

  const earlier = new Date(Date.now() - system.config.session.touchAfter - 1);
  await system.database.connection
    .collection("sessions")
    .updateMany({ user: ben.id }, { $set: { lastModified: earlier } });
  const touched = await ben.fetch("/api/me");
  expect(touched.headers.getSetCookie()).toHaveLength(1);
  expect(touched.headers.get("cache-control")).toBe("no-store");
});
