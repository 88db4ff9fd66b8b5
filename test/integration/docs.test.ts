import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operationsOf } from "../../functions/pages/docs/operation.ts";
import { events } from "../../shared/contracts/events.ts";
import { errorTable } from "../../shared/errors.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
let response: Response;
let page: string;
beforeAll(async () => {
  system = await startSystem();
  response = await fetch(`${system.functionsUrl}/api/docs`);
  page = await response.text();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const anchors = () => new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
/** What stands between the heading of this anchor and the next one. */
const sectionOf = (anchor: string) => page.split(` id="${anchor}"`)[1]?.split("<h3")[0] ?? "";

describe("the page about the API", () => {
  test("holds every operation of the OpenAPI document, with its parameters, fields, answers and errors", async () => {
    const document = await (await fetch(`${system.functionsUrl}/api/openapi.json`)).json();
    const operations = operationsOf(document);
    expect(operations.length).toBeGreaterThan(15);
    for (const { method, path, anchor, parameters = [], requestBody, responses } of operations) {
      const section = sectionOf(anchor);
      expect(section).toContain(`${method}</span> <code>${path}</code>`);
      const [body] = Object.values(requestBody?.content ?? {});
      const names = [...parameters.map(({ name }) => name), ...Object.keys(body?.schema.properties ?? {})];
      for (const name of names) expect(section, `${method} ${path}`).toContain(`<code class="name">${name}</code>`);
      for (const status of Object.keys(responses)) expect(section).toContain(`<strong>${status}</strong>`);
      for (const [, code] of JSON.stringify(responses).matchAll(/`(\w+)`:/g)) {
        expect(section, `${method} ${path}`).toContain(`href="#error-${code}"`);
      }
    }
  });

  test("holds every event with the fields of its payload, and every error's code", () => {
    for (const name of Object.keys(events)) {
      expect(sectionOf(`event-${name}`), name).toMatch(/<p>.+Payload.+(class="name"|href="#shape-)/s);
    }
    expect(sectionOf("event-resync")).toMatch(/<code class="name">afterMs<\/code>.+at least 0/s);
    for (const code of Object.keys(errorTable)) expect(anchors()).toContain(`error-${code}`);
  });

  test("says the limits: of lengths in characters, of fields that may be left out, of values", () => {
    expect(sectionOf("post-api-comments")).toContain("1 to 2000 characters (Unicode code points)");
    expect(sectionOf("post-api-comments")).toMatch(
      /idempotency-key<\/code> <em>optional<\/em>.+at most 200 characters/s,
    );
    expect(sectionOf("event-friend")).toContain("<code>&quot;incoming&quot;</code> or ");
  });

  test("leads nowhere that is not there, and loads nothing but its stylesheet and icon", async () => {
    for (const [, to = ""] of page.matchAll(/href="#([^"]*)"/g)) expect(anchors(), `#${to}`).toContain(to);
    expect(page).not.toMatch(/<script|<style|style=|\son\w+=/);
    const loaded = [...page.matchAll(/(?:src|href)="([^#"][^"]*)"/g)].map(([, address = ""]) => address);
    expect(new Set(loaded)).toEqual(
      new Set(["/assets/icon.svg", expect.stringMatching(/^\/assets\/docs-\w{8}\.css$/), "/", "/api/openapi.json"]),
    );
    for (const address of loaded) expect((await fetch(system.functionsUrl + address)).status, address).toBe(200);
  });

  test("has the headers of a page, needs no session and is asked for again only when it changed", async () => {
    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(response.headers.get("content-security-policy")).not.toMatch(/unsafe|\*/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("referrer-policy")).toBe("same-origin");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(response.headers.has("set-cookie")).toBe(false);
    const again = await fetch(`${system.functionsUrl}/api/docs`, {
      headers: { "if-none-match": response.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
  });
});
