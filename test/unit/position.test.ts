import { Timestamp } from "mongodb";
import { describe, expect, test } from "vitest";
import { dateOf, positionOf, secondsBefore, timestampOf } from "../../shared/position.ts";

describe("positions", () => {
  test("sort as the timestamps that they stand for", () => {
    const times = [
      [1, 1],
      [1, 2],
      [1, 16],
      [2, 0],
      [0x7fffffff, 0],
      [0x80000000, 0xffffffff],
      [0xffffffff, 1],
    ].map(([t = 0, i = 0]) => positionOf(new Timestamp({ t, i })));
    expect([...times].sort()).toEqual(times);
  });

  test("stand for one timestamp each", () => {
    for (const position of ["6b0441580000001b", "ffffffffffffffff", "0000000000000000"]) {
      expect(positionOf(timestampOf(position))).toBe(position);
    }
  });

  test("tell the second, and step back without passing zero", () => {
    expect(dateOf(timestampOf("6b0441580000001b")).toISOString()).toBe("2026-11-23T13:36:24.000Z");
    expect(positionOf(secondsBefore(timestampOf("0000000c00000007"), 10))).toBe("0000000200000007");
    expect(positionOf(secondsBefore(timestampOf("0000000900000007"), 10))).toBe("0000000000000000");
  });
});
