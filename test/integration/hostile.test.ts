import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorBody } from "../../shared/contracts/errors.ts";
import type { Client } from "../helpers/client.ts";
import { testOrigin } from "../helpers/config.ts";
import { bodiesFor, form, formsFor, id, json, oversized, walk } from "../helpers/hostile.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
let ada: Client;
beforeAll(async () => {
  system = await startSystem();
  ada = await system.person("Ada");
});
afterAll(() => system?.[Symbol.asyncDispose]());

/** Everything that the database holds, but for what a request may write without harm: when a session was used. */
async function everything(): Promise<string> {
  const { connection } = system.database;
  const names = ["users", "friendships", "comments", "outbox", "sessions"];
  const counts = await Promise.all(names.map((name) => connection.collection(name).countDocuments()));
  const users = await connection.collection("users").find().sort({ _id: 1 }).toArray();
  return JSON.stringify([counts, users]);
}

async function send(
  route: string,
  init: { type?: string; body?: BodyInit; query?: string; headers?: Record<string, string> },
) {
  const [method = "", path = ""] = route.split(" ");
  const url = path.replace(/:\w+/, id) + (init.query ? `?${init.query}` : "");
  const headers = { ...(init.type ? { "content-type": init.type } : {}), ...init.headers };
  return ada.fetch(url, { method, headers, ...(init.body === undefined ? {} : { body: init.body }) });
}

async function expectRefusal(response: Response, what: string): Promise<void> {
  const text = await response.text();
  expect(response.status, what).toBeGreaterThanOrEqual(400);
  expect(response.status, `${what}: ${text.slice(0, 300)}`).toBeLessThan(500);
  if (response.headers.get("content-type")?.startsWith(json)) {
    expect(errorBody.safeParse(JSON.parse(text)).success, `${what}: ${text.slice(0, 300)}`).toBe(true);
  }
}

describe("every route", () => {
  test("is in the walk", () => {
    const registered = system.app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`);
    // Middleware of one route is registered as that route once more.
    expect([...new Set(registered)].sort()).toEqual(Object.keys(walk).sort());
  });

  const withBody = Object.entries(walk).filter(([, { right }]) => right);
  test.each(withBody)(
    "%s refuses every hostile body with a code, and writes nothing",
    async (route, { type = "", right = {} }) => {
      const before = await everything();
      const bodies = type === json ? bodiesFor(right) : formsFor(right);
      for (const body of bodies)
        await expectRefusal(await send(route, { type, body }), `${route} ${body.slice(0, 120)}`);

      const good = type === json ? JSON.stringify(right) : new URLSearchParams(right).toString();
      const latin = new Uint8Array([...Buffer.from(good.slice(0, -3)), 0xe9, 0xff, ...Buffer.from(good.slice(-3))]);
      await expectRefusal(await send(route, { type, body: latin }), `${route} invalid UTF-8`);
      await expectRefusal(await send(route, { type, body: oversized }), `${route} oversized`);
      const stream = new ReadableStream({
        start(controller) {
          for (let n = 0; n < 3; n++) controller.enqueue(Buffer.from(oversized));
          controller.close();
        },
      });
      const [method = "", path = ""] = route.split(" ");
      const chunked = await ada.fetch(path, {
        method,
        headers: { "content-type": type },
        body: stream,
        duplex: "half",
      } as RequestInit);
      expect(chunked.status, `${route} chunked and oversized`).toBe(413);
      for (const other of [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/xml",
        type === json ? form : json,
      ]) {
        expect((await send(route, { type: other, body: good })).status, `${route} as ${other}`).toBe(415);
      }
      expect((await send(route, { body: Buffer.from(good) })).status, `${route} without a type`).toBe(415);
      expect(await everything()).toBe(before);
    },
  );

  test.each(Object.entries(walk).filter(([, { query }]) => query))(
    "%s refuses hostile queries",
    async (route, { query = {} }) => {
      for (const name of Object.keys(query)) {
        const values = [
          "",
          "-1",
          "0",
          "1e9",
          "NaN",
          "[]",
          "null",
          "\u0000",
          "a".repeat(5_000),
          "../..%2f",
          "ffffffffffffffffffff",
        ];
        for (const value of values) {
          const { status } = await send(route, { query: `${name}=${encodeURIComponent(value)}` });
          expect(status, `${route} ${name}=${value.slice(0, 40)}`).toBeLessThan(500);
        }
        await expectRefusal(await send(route, { query: `${name}[$gt]=` }), `${route} ${name}[$gt]`);
        await expectRefusal(
          await send(route, { query: `${new URLSearchParams(query)}&unknown=1` }),
          `${route} unknown`,
        );
      }
    },
  );

  const withId = Object.keys(walk)
    .filter((route) => route.startsWith("DELETE") || route.startsWith("PUT"))
    .filter((route) => route.includes(":"));
  test.each(withId)("%s refuses ids that are none", async (route) => {
    const [method, path = ""] = route.split(" ");
    const ids = [
      "x",
      id.slice(1),
      `${id}0`,
      id.toUpperCase(),
      "..%2f..%2fetc",
      "%00",
      "%F0%9F%99%82",
      "[object Object]",
      "__proto__",
      id,
    ];
    for (const each of ids) {
      const response = await ada.fetch(path.replace(/:\w+/, encodeURIComponent(each)), { method });
      expect([400, 404], `${route} ${each}`).toContain(response.status);
    }
  });

  const unsafe = Object.entries(walk).filter(([route]) => !route.startsWith("GET"));
  test.each(unsafe)("%s refuses other sites, whatever the content type", async (route, { type, right }) => {
    const before = await everything();
    const body = right && (type === json ? JSON.stringify(right) : new URLSearchParams(right).toString());
    const given: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `${testOrigin}.evil.example` },
      { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example", "sec-fetch-site": "same-site" },
      { origin: "" },
    ];
    for (const headers of given) {
      for (const each of new Set([type, json, form, "text/plain", "application/x"])) {
        const response = await send(route, { headers, ...(each ? { type: each } : {}), ...(body ? { body } : {}) });
        expect(response.status, `${route} from ${JSON.stringify(headers)} as ${each}`).toBe(403);
      }
    }
    expect(await everything()).toBe(before);
  });

  const needsUser = Object.keys(walk).filter((route) =>
    /api\/(me|friends|blocks|comments|sessions|password)|GET \/api\/(users|session)/.test(route),
  );
  test.each(needsUser)("%s is for people who are signed in", async (route) => {
    const [method, path = ""] = route.split(" ");
    const response = await system.client().fetch(path.replace(/:\w+/, id), { method: method ?? "" });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "unauthenticated" });
  });
});

describe("what no route takes", () => {
  test("is 404 for an unknown path and 405 for a known one, with Allow, in the one shape", async () => {
    const unknown = await ada.fetch("/api/nothing");
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: "not_found" });
    for (const method of ["PATCH", "OPTIONS", "POST"]) {
      const response = await ada.fetch("/api/openapi.json", { method, headers: { "x-http-method-override": "GET" } });
      expect([response.status, response.headers.get("allow")], method).toEqual([405, "GET, HEAD"]);
    }
  });

  test("leads home where it is a form's address that is opened, and signs nobody out", async () => {
    for (const path of ["/login", "/logout"]) {
      const response = await ada.fetch(path, { headers: { accept: "text/html" } });
      expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
    }
    expect((await ada.fetch("/api/session")).status).toBe(200);
  });

  test("is a page for a person who strays, with nothing of the inside", async () => {
    const response = await ada.fetch("/nowhere", { headers: { accept: "text/html" } });
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(await response.text()).toContain("<h1>");
  });
});
