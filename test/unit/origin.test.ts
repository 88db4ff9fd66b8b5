import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { requireOrigin } from "../../functions/http/origin.ts";
import type { AppError } from "../../shared/errors.ts";

const app = new Hono();
app.use(requireOrigin(["https://kith.example.org", "https://other.example.org"]));
app.all("/", (c) => c.body(null, 204));
app.onError((error, c) => c.text((error as AppError).code, (error as AppError).status));

const statusOf = async (method: string, headers: Record<string, string>) =>
  (await app.request("/", { method, headers })).status;

describe("an unsafe request", () => {
  test.each([
    ["an allowed origin", { origin: "https://kith.example.org" }],
    ["another allowed origin", { origin: "https://other.example.org" }],
    ["the browser's word for the same origin", { "sec-fetch-site": "same-origin" }],
    ["both", { origin: "https://kith.example.org", "sec-fetch-site": "same-origin" }],
  ] as [string, Record<string, string>][])("passes with %s", async (_, headers) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) expect(await statusOf(method, headers)).toBe(204);
  });

  test.each([
    ["nothing", {}],
    ["a foreign origin", { origin: "https://evil.example" }],
    ["no origin, in word", { origin: "null" }],
    ["an empty origin", { origin: "" }],
    ["another port", { origin: "https://kith.example.org:8443" }],
    ["another scheme", { origin: "http://kith.example.org" }],
    ["a name that only begins alike", { origin: "https://kith.example.org.evil.example" }],
    ["the browser's word for another site", { "sec-fetch-site": "cross-site" }],
    ["the browser's word for a neighbour", { "sec-fetch-site": "same-site" }],
    ["the browser's word for a typed address", { "sec-fetch-site": "none" }],
  ] as [string, Record<string, string>][])("is refused with %s", async (_, headers) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) expect(await statusOf(method, headers)).toBe(403);
  });
});

test("a safe request needs neither", async () => {
  for (const method of ["GET", "HEAD", "OPTIONS"])
    expect(await statusOf(method, { origin: "https://evil.example" })).toBe(204);
});
