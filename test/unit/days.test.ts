import { describe, expect, test } from "vitest";
import { byDay, isSame } from "../../functions/pages/browser/by-day.ts";
import { dayName, startOfDay } from "../../functions/pages/browser/days.ts";
import type { Unsent } from "../../functions/pages/browser/unsent.ts";
import type { Comment } from "../../shared/contracts/comments.ts";

const now = new Date(2026, 2, 3, 12);
const author = { id: "ada", username: "ada", firstName: "Ada", lastName: "Moreau" };

function comment(id: string, written: Date): Comment {
  return { id, author, body: id, createdAt: written.toISOString(), position: id };
}

function shown(unsent: readonly Unsent[], comments: readonly Comment[], at = now): string[] {
  return byDay(unsent, comments, at).flatMap(({ start, rows }) => [
    `# ${dayName(start, at)}`,
    ...rows.map((row) => ("unsent" in row ? `${row.unsent.key}…` : row.comment.id)),
  ]);
}

describe("a day", () => {
  test.each([
    [new Date(2026, 2, 3, 0, 0), "Today"],
    [new Date(2026, 2, 2, 23, 59), "Yesterday"],
    [new Date(2026, 2, 1, 23, 59), "Sunday 1 March"],
    [new Date(2026, 0, 1), "Thursday 1 January"],
    [new Date(2025, 11, 31, 23, 59), "Wednesday 31 December 2025"],
    // A clock that is behind the server's.
    [new Date(2026, 2, 4, 1), "Today"],
  ])("%s is %s", (day, name) => {
    expect(dayName(day, now)).toBe(name);
  });

  test("begins where it does on the clock, also where a clock was changed that day", () => {
    const days = Array.from({ length: 366 }, (_, i) => startOfDay(new Date(2026, 0, 1, 15), i));
    expect(days.filter((day) => day.getHours() !== 0)).toEqual([]);
    expect(new Set(days.map((day) => day.toDateString())).size).toBe(366);
  });
});

describe("the feed by day", () => {
  test("names each day once, over its comments", () => {
    const comments = [
      comment("d", new Date(2026, 2, 3, 0, 0)),
      comment("c", new Date(2026, 2, 2, 23, 59)),
      comment("b", new Date(2026, 2, 2, 0, 0)),
      comment("a", new Date(2025, 2, 3, 12)),
    ];
    expect(shown([], comments)).toEqual(["# Today", "d", "# Yesterday", "c", "b", "# Monday 3 March 2025", "a"]);
    expect(shown([], [])).toEqual([]);
  });

  test("has what is being sent on top, the newest first, under one heading with what was written today", () => {
    const unsent = ["first", "second"].map((key): Unsent => ({ key, body: key, state: "waiting" }));
    const today = comment("a", new Date(2026, 2, 3, 11));
    expect(shown(unsent, [today])).toEqual(["# Today", "second…", "first…", "a"]);
    expect(shown(unsent, [])).toEqual(["# Today", "second…", "first…"]);
  });

  test("puts what a clock that is ahead has dated tomorrow under today, and no heading twice", () => {
    const comments = [comment("b", new Date(2026, 2, 4, 0, 5)), comment("a", new Date(2026, 2, 3, 11))];
    expect(shown([], comments)).toEqual(["# Today", "b", "a"]);
    expect(shown([], comments, new Date(2026, 2, 4, 12))).toEqual(["# Today", "b", "# Yesterday", "a"]);
  });

  test("keeps what says the same, and knows it again", () => {
    const first = comment("a", new Date(2026, 2, 3, 11));
    const of = (comments: Comment[], at = now) => byDay([], comments, at)[0]?.rows ?? [];
    expect(of([first], new Date(2026, 2, 4, 0, 1))).toEqual(of([first]));
    expect(isSame(of([first]), of([first]))).toBe(true);
    const renamed = { ...first, author: { ...author, firstName: "Adele" } };
    expect(of([renamed])[0]?.key).not.toBe(of([first])[0]?.key);
    for (const others of [of([renamed]), [], undefined]) expect(isSame(of([first]), others)).toBe(false);
  });
});
