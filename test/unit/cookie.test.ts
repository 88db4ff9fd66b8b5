import { describe, expect, test } from "vitest";
import { sessionIdOf, sessionIdReader, signedValue } from "../../shared/session/cookie.ts";

// Pinned by hand with `openssl dgst -sha256 -hmac "keyboard cat" -binary | base64`, padding cut.
const id = "hello";
const signed = "s:hello.xz6khi6+oL1pnNhBgjk3Nr1CX2sxTjJiO9pKXaHZ33E";

function headerOf(value: string, name = "connect.sid"): string {
  return `${name}=${encodeURIComponent(value)}`;
}

describe("sessionIdOf", () => {
  test("reads what cookie-signature signed, byte for byte", () => {
    expect(signedValue(id, "keyboard cat")).toBe(signed);
    expect(sessionIdOf(headerOf(signed), "connect.sid", ["keyboard cat"])).toBe(id);
  });

  test("takes a signature of any of the secrets", () => {
    expect(sessionIdOf(headerOf(signed), "connect.sid", ["new", "keyboard cat"])).toBe(id);
    expect(sessionIdOf(headerOf(signed), "connect.sid", ["new", "newer"])).toBeUndefined();
  });

  test("counts the first cookie of the name only, even with a bad signature", () => {
    const good = headerOf(signed);
    const bad = headerOf(`${signed.slice(0, -1)}x`);
    expect(sessionIdOf(`${good}; ${bad}`, "connect.sid", ["keyboard cat"])).toBe(id);
    expect(sessionIdOf(`${bad}; ${good}`, "connect.sid", ["keyboard cat"])).toBeUndefined();
  });

  test.each([
    ["no header", undefined],
    ["another name", headerOf(signed, "sid")],
    ["no signature mark", headerOf(signed.slice(2))],
    ["the mark alone", headerOf("s:")],
    ["an id without signature", headerOf("s:hello")],
    ["an empty id, well signed", headerOf(signedValue("", "keyboard cat"))],
    ["a bad percent escape", "connect.sid=%E0%A4%A"],
    ["a value of 8 KB", headerOf(`s:${"a".repeat(8192)}`)],
  ])("finds nobody in %s", (_, header) => {
    expect(sessionIdOf(header, "connect.sid", ["keyboard cat"])).toBeUndefined();
  });

  test("finds nobody under a name of Object.prototype", () => {
    expect(sessionIdOf("a=b", "__proto__", ["keyboard cat"])).toBeUndefined();
  });
});

describe("sessionIdReader", () => {
  test("reads as sessionIdOf does, the first time and again", () => {
    const read = sessionIdReader("connect.sid", ["new", "keyboard cat"]);
    const good = headerOf(signed);
    const bad = headerOf(`${signed.slice(0, -1)}x`);
    const long = `${good}; other=${"a".repeat(1_000)}`;
    for (let round = 0; round < 2; round++) {
      expect([good, bad, long, undefined, ""].map((header) => read(header))).toEqual([
        id,
        undefined,
        id,
        undefined,
        undefined,
      ]);
    }
  });
});
