import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "../../shared/log.ts";
import { sessionIdOf, signedValue } from "../../shared/session/cookie.ts";
import { type Client, testPassword } from "../helpers/client.ts";
import { testOrigin, testSecret } from "../helpers/config.ts";
import { form, json } from "../helpers/hostile.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
let ada: Client;
/** All that both sides wrote to their logs. */
let logged = "";
beforeAll(async () => {
  const write = (line: string) => {
    logged += line;
  };
  system = await startSystem({ log: createLog({ name: "test", level: "debug" }, { write }) });
  ada = await system.person("Ada");
});
afterAll(() => system?.[Symbol.asyncDispose]());

const sidOf = (client: Client) => sessionIdOf(client.cookieHeader, "connect.sid", [testSecret]) ?? "";
const signIn = (client: Client) =>
  client.api.api.session.$post({ json: { username: ada.me?.username ?? "", password: testPassword } });
const records = () => system.database.connection.collection("sessions").countDocuments();

describe("a session id", () => {
  test("is taken from the cookie alone: not from query, headers or body", async () => {
    const stranger = system.client();
    const value = ada.cookies.get("connect.sid") ?? "";
    const sid = sidOf(ada);
    const places = [
      `/api/me?connect.sid=${value}`,
      `/api/me?sid=${sid}&session=${sid}&sessionID=${sid}`,
      `/api/me;connect.sid=${value}`,
    ];
    for (const path of places) expect([400, 401, 404], path).toContain((await stranger.fetch(path)).status);
    for (const name of ["authorization", "x-session-id", "x-connect-sid", "connect.sid", "set-cookie", "cookie2"]) {
      const headers = { [name]: name === "authorization" ? `Bearer ${value}` : `connect.sid=${value}` };
      expect((await stranger.fetch("/api/me", { headers })).status, name).toBe(401);
    }
    for (const body of [
      { body: "x", "connect.sid": value },
      { body: "x", sid, sessionID: sid },
    ]) {
      const headers = { "content-type": json };
      const response = await stranger.fetch("/api/comments", { method: "POST", headers, body: JSON.stringify(body) });
      expect(response.status).toBe(401);
    }
  });

  test("is not taken from a socket's query or auth", async () => {
    const value = ada.cookies.get("connect.sid") ?? "";
    const stranger = system.client();
    const socket = stranger.socket();
    socket.io.auth = { sid: sidOf(ada), "connect.sid": value, cookie: `connect.sid=${value}` };
    socket.io.io.opts.query = { sid: sidOf(ada), "connect.sid": value };
    await expect(socket.first("me")).rejects.toThrow();
    socket.connectError = undefined;
    socket.io.connect();
    await expect(socket.first("me")).rejects.toThrow();
  });

  test("holds 192 bits, and is another one each time", async () => {
    const ids = new Set<string>();
    for (let n = 0; n < 5; n++) {
      expect((await signIn(ada)).status).toBe(200);
      const sid = sidOf(ada);
      expect(sid).toMatch(/^[\w-]{32}$/);
      expect(Buffer.from(sid, "base64url")).toHaveLength(24);
      ids.add(sid);
    }
    expect(ids.size).toBe(5);
  });

  test("that a client chose is never adopted, though well signed, by whatever request", async () => {
    const chosen = "an-id-that-an-attacker-chose-000";
    const before = await records();
    const cookie = `connect.sid=${encodeURIComponent(signedValue(chosen, testSecret))}`;
    for (const path of ["/", "/signup", "/api/session", "/api/me"]) {
      const response = await system.client().fetch(path, { headers: { cookie } });
      expect(response.headers.getSetCookie(), path).toEqual([]);
    }
    expect(await records()).toBe(before);
    const fixed = system.client();
    fixed.cookies.set("connect.sid", encodeURIComponent(signedValue(chosen, testSecret)));
    await fixed.signUp("Fixed");
    expect(sidOf(fixed)).not.toBe(chosen);
    expect((await system.client().fetch("/api/me", { headers: { cookie } })).status).toBe(401);
  });
});

describe("what changes a request on its way", () => {
  test("method overrides and TRACE have no effect", async () => {
    const comment = await ada.comment("stays");
    for (const method of ["GET", "POST"]) {
      const response = await ada.fetch(`/api/comments/${comment.id}?_method=DELETE`, {
        method,
        headers: { "x-http-method-override": "DELETE", "x-http-method": "DELETE", "x-method-override": "DELETE" },
      });
      expect(response.status).toBe(405);
    }
    const traced = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const headers = { origin: testOrigin, cookie: ada.cookieHeader };
      request(new URL("/api/me", system.functionsUrl), { method: "TRACE", headers }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode, text }));
      })
        .on("error", reject)
        .end();
    });
    expect(traced.status).toBe(405);
    expect(traced.text).not.toContain("connect.sid");
    expect((await (await ada.fetch("/api/comments")).json()).comments).toContainEqual(comment);
  });

  test("forged X-Forwarded headers name no other host, and make no request allowed", async () => {
    const forged = {
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      "x-forwarded-port": "444",
      forwarded: "host=evil.example;proto=https",
      "x-original-url": "/api/me",
      "x-rewrite-url": "/api/me",
    };
    const page = await ada.fetch("/dashboard", { headers: forged });
    expect(page.status).toBe(200);
    expect((await page.text()) + JSON.stringify([...page.headers])).not.toContain("evil.example");
    const home = await ada.fetch("/", { headers: forged });
    expect([home.status, home.headers.get("location")]).toEqual([303, "/dashboard"]);
    const headers = { ...forged, origin: "https://evil.example" };
    expect((await ada.fetch("/api/session", { method: "DELETE", headers })).status).toBe(403);
    const again = system.client();
    const response = await again.fetch("/api/session", {
      method: "POST",
      headers: { ...forged, "content-type": json },
      body: JSON.stringify({ username: ada.me?.username, password: testPassword }),
    });
    expect(response.headers.get("set-cookie")).not.toMatch(/Secure|Domain/i);
  });
});

describe("a log", () => {
  test("at its most talkative holds no cookie, session id, password or secret", async () => {
    const from = logged.length;
    const secrets = new Set([testPassword, testSecret, "a-wrong-password"]);
    const client = await system.person("Logged");
    const keep = () => {
      for (const text of [sidOf(client), client.cookies.get("connect.sid") ?? ""]) if (text) secrets.add(text);
    };
    keep();
    const socket = await client.connect();
    const json = { username: client.me?.username ?? "", password: testPassword };
    await client.api.api.session.$post({ json: { ...json, password: "a-wrong-password" } });
    await client.api.api.session.$post({ json });
    keep();
    await socket.closed();
    await client.connect();
    await client.fetch("/login", {
      method: "POST",
      headers: { "content-type": form },
      body: new URLSearchParams(json),
    });
    keep();
    await client.fetch("/api/session", { method: "POST", headers: { "content-type": "application/json" }, body: "{" });
    await client.fetch("/api/session", { method: "DELETE" });
    const text = logged.slice(from);
    expect(text.split("\n").length).toBeGreaterThan(5);
    expect(secrets.size).toBeGreaterThanOrEqual(8);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});
