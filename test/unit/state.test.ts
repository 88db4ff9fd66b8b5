import { describe, expect, test } from "vitest";
import { idsOf, pairOf, stateFor } from "../../shared/friends/state.ts";

const a = "a".repeat(24);
const b = "b".repeat(24);

describe("a pair of people", () => {
  test("has one key from both sides", () => {
    expect(pairOf(a, b)).toBe(`${a}:${b}`);
    expect(pairOf(b, a)).toBe(`${a}:${b}`);
    expect(idsOf(pairOf(b, a))).toEqual([a, b]);
  });

  test.each([
    ["nobody", [], "none", "none"],
    ["one side", [a], "outgoing", "incoming"],
    ["the other side", [b], "incoming", "outgoing"],
    ["both", [b, a], "friends", "friends"],
  ] as const)("when %s wants it", (_, wants, forA, forB) => {
    expect(stateFor(a, b, { wants, blocks: [] })).toBe(forA);
    expect(stateFor(b, a, { wants, blocks: [] })).toBe(forB);
  });

  test.each([
    ["one side blocks", [], [a], "blocked", "none"],
    ["who is blocked asks", [b], [a], "blocked", "outgoing"],
    ["the other side blocks", [], [b], "none", "blocked"],
    ["both block", [], [a, b], "blocked", "blocked"],
    ["a block finds two wishes", [a, b], [a], "blocked", "outgoing"],
    ["both block and one wish is left", [b], [b, a], "blocked", "blocked"],
  ] as const)("when %s", (_, wants, blocks, forA, forB) => {
    expect(stateFor(a, b, { wants, blocks })).toBe(forA);
    expect(stateFor(b, a, { wants, blocks })).toBe(forB);
  });
});
