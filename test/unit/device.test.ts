import { describe, expect, test } from "vitest";
import { deviceFrom, deviceOf } from "../../functions/accounts/device.ts";

const unknown = { browser: "Unknown browser", platform: "Unknown system" };

describe("a device", () => {
  test.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
      "Safari",
      "macOS",
    ],
    [
      "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
      "Chrome",
      "Android",
    ],
  ])("has the words of %s", async (userAgent, browser, platform) => {
    expect(await deviceFrom(userAgent)).toEqual({ browser, platform });
  });

  test.each([undefined, "", "node", "(((((", "x".repeat(100_000)])("is unknown for %j", async (userAgent) => {
    expect(await deviceFrom(userAgent)).toEqual(unknown);
  });

  test("takes neither control characters nor long names from a User-Agent", async () => {
    const { browser } = await deviceFrom(`a\u0000\u0085\u009b${"b".repeat(200)}/1.0 x`);
    expect(browser).toBe(`a${"b".repeat(39)}`);
  });

  test.each([
    [{}],
    [{ device: null }],
    [{ device: "Firefox" }],
    [{ device: { browser: 17, platform: { $gt: "" } } }],
    [{ device: { browser: "\u0000 ", platform: "" } }],
  ])("is unknown in a session that says %j", (data) => {
    expect(deviceOf(data)).toEqual(unknown);
  });
});
