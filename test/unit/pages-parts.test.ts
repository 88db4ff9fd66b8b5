import { describe, expect, test } from "vitest";
import { assetFiles } from "../../functions/pages/asset-files.ts";
import { assetsOf } from "../../functions/pages/assets.ts";
import { clockTime, exactTime, relativeTime } from "../../functions/pages/browser/time.ts";
import { errorPage } from "../../functions/pages/error.ts";
import { realtimeUrlFor, socketSource } from "../../functions/pages/realtime-url.ts";
import { AppError } from "../../shared/errors.ts";

describe("where the browser finds the sockets", () => {
  const development = { environment: "development", realtimePort: 3001, realtimeUrl: undefined } as const;

  test.each([
    [development, "http://localhost:3000/dashboard", "http://localhost:3001"],
    [development, "http://127.0.0.1:3000/dashboard", "http://127.0.0.1:3001"],
    [
      { ...development, realtimeUrl: "https://live.example.org/" },
      "http://localhost:3000/",
      "https://live.example.org",
    ],
    [{ ...development, environment: "production" } as const, "https://kith.example.org/", undefined],
  ])("%j, asked for %s: %s", (config, asked, url) => {
    expect(realtimeUrlFor(config, asked)).toBe(url);
  });

  test("is a source of sockets in the policy", () => {
    expect(socketSource("https://live.example.org")).toBe("wss://live.example.org");
    expect(socketSource("http://localhost:3001")).toBe("ws://localhost:3001");
  });
});

describe("the assets", () => {
  const content = new TextEncoder().encode("content");
  const body = () => content;
  const assets = assetsOf([
    ["dashboard-0123ABCD.js", body],
    ["door-01AB23CD.js", body],
    ["style-ABCD0123.css", body],
    ["docs-ABCD0123.css", body],
    ["icon.svg", body],
    ["notes.txt", body],
  ]);

  test("are found by their names", () => {
    expect(assets).toMatchObject({
      script: "/assets/dashboard-0123ABCD.js",
      door: "/assets/door-01AB23CD.js",
      style: "/assets/style-ABCD0123.css",
      docsStyle: "/assets/docs-ABCD0123.css",
    });
    expect(() => assetsOf([["icon.svg", body]])).toThrow("dashboard");
  });

  test.each([
    ["dashboard-0123ABCD.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"],
    ["style-ABCD0123.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"],
    ["icon.svg", "image/svg+xml", "public, max-age=86400"],
  ])("%s is served for as long as its name stands for its content", async (name, type, caching) => {
    const response = await assetFiles(assets).request(`/assets/${name}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("content");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": type,
      "cache-control": caching,
      "x-content-type-options": "nosniff",
    });
  });

  test.each(["notes.txt", "..%2Fpackage.json", "constructor"])("%s is not", async (name) => {
    const app = assetFiles(assets);
    app.onError((error, c) => c.text((error as AppError).code, 404));
    expect(await (await app.request(`/assets/${name}`)).text()).toBe("not_found");
  });
});

describe("the page of an error", () => {
  const style = "/assets/style-ABCD0123.css";

  test("says what happened, escaped", () => {
    const page = errorPage(new AppError("not_found", { message: "No <b>such</b> thing." }), "id-1", { style });
    expect(page).toContain("No &lt;b&gt;such&lt;/b&gt; thing.");
    expect(page).toContain(style);
    expect(page).not.toContain("<script");
    expect(page).not.toContain("id-1");
  });

  test("names the request where the fault is ours, and not its cause", () => {
    const page = errorPage(new AppError("internal", { cause: new Error("secret") }), "id-1", { style });
    expect(page).toContain("id-1");
    expect(page).not.toContain("secret");
  });
});

describe("how long ago", () => {
  const now = new Date("2026-06-15T12:00:00");
  const ago = (milliseconds: number) => relativeTime(new Date(now.getTime() - milliseconds), now);
  const minute = 60_000;
  const hour = 60 * minute;

  test.each([
    [-hour, "just now"],
    [59_999, "just now"],
    [minute, "1 minute ago"],
    [hour - 1, "59 minutes ago"],
    [hour, "1 hour ago"],
    [24 * hour, "1 day ago"],
    [6 * 24 * hour, "6 days ago"],
    [7 * 24 * hour, "Jun 8"],
    [300 * 24 * hour, "Aug 19, 2025"],
  ])("%i ms", (milliseconds, text) => {
    expect(ago(milliseconds)).toBe(text);
  });

  test("is exact where it is asked for", () => {
    expect(exactTime(now)).toContain("Monday, June 15, 2026");
  });

  test("soon to come is told by the clock, with the day where that is not today", () => {
    expect(clockTime(new Date("2026-06-15T14:05:00"), now)).toBe("at 14:05");
    expect(clockTime(new Date("2026-06-16T00:05:00"), now)).toBe("on Jun 16 at 00:05");
  });
});
