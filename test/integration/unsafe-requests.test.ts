import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../helpers/client.ts";
import { testOrigin } from "../helpers/config.ts";
import { form, id, json, walk } from "../helpers/hostile.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
let ada: Client;
beforeAll(async () => {
  system = await startSystem();
  ada = await system.person("Ada");
});
afterAll(() => system?.[Symbol.asyncDispose]());

describe("an unsafe request", () => {
  const types = [json, "text/plain", form, "multipart/form-data; boundary=x", "application/x", undefined];
  const refused: Record<string, string>[] = [
    {},
    { origin: "null" },
    { origin: "https://evil.example" },
    { origin: testOrigin.toUpperCase() },
    { origin: `${testOrigin}/` },
    { origin: `${testOrigin}, https://evil.example` },
    { referer: `${testOrigin}/` },
    { host: new URL(testOrigin).host },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
    { origin: "https://evil.example", "sec-fetch-site": "none" },
  ];
  const unsafe = Object.keys(walk).filter((route) => !route.startsWith("GET"));

  async function send(route: string, type: string | undefined, headers: Record<string, string>): Promise<number> {
    const [method = "", path = ""] = route.split(" ");
    const response = await fetch(new URL(path.replace(/:\w+/, id), system.functionsUrl), {
      method,
      redirect: "manual",
      headers: { cookie: ada.cookieHeader, ...(type ? { "content-type": type } : {}), ...headers },
      // As bytes, or fetch itself would name a type.
      body: Buffer.from("{}"),
    });
    await response.arrayBuffer();
    return response.status;
  }

  test.each(unsafe)("%s needs an allowed origin or a browser's word, whatever its type", async (route) => {
    for (const type of types) {
      for (const headers of refused) {
        expect(await send(route, type, headers), `${type} ${JSON.stringify(headers)}`).toBe(403);
      }
    }
  });

  // Those that end the session would leave the others without one.
  const allowed = unsafe.filter((route) => !/logout|DELETE \/api\/(session|me)/.test(route));
  test.each(allowed)("%s passes with either", async (route) => {
    const either: Record<string, string>[] = [{ origin: testOrigin }, { "sec-fetch-site": "same-origin" }];
    for (const headers of either) {
      expect(await send(route, json, headers)).not.toBe(403);
    }
  });

  const jsonRoutes = Object.entries(walk).flatMap(([route, { type }]) => (type === json ? [route] : []));
  test.each(jsonRoutes)("%s takes JSON alone", async (route) => {
    const others = [
      ...types.slice(1),
      "application/json-patch+json",
      "text/json",
      "application/jsonx",
      "x; application/json",
    ];
    for (const type of others) expect(await send(route, type, { origin: testOrigin }), `${type}`).toBe(415);
    for (const type of ["application/json; charset=utf-8", "Application/JSON"]) {
      expect(await send(route, type, { origin: testOrigin }), type).toBe(400);
    }
  });
});
