import { describe, expect, test } from "vitest";
import { bodyProblem, charactersLeft, countText } from "../../functions/pages/browser/counting.ts";
import { loadingWords, peopleWords, staleWords } from "../../functions/pages/browser/feed-words.ts";
import type { Connection } from "../../functions/pages/browser/kit/index.ts";
import { noPeople } from "../../functions/pages/browser/kit/people-list.ts";
import { commentTime, isAging } from "../../functions/pages/browser/time.ts";
import { commentBody } from "../../shared/contracts/comments.ts";

describe("the count of characters", () => {
  test.each([
    ["", ""],
    ["x".repeat(1_799), ""],
    ["x".repeat(1_800), "200 left"],
    ["🙂".repeat(1_999), "1 left"],
    ["👩‍👧".repeat(666), "2 left"],
    ["x".repeat(2_000), "0 left"],
    [`${"🙂".repeat(2_000)}x`, "1 character too many"],
    ["x".repeat(4_000), "2,000 characters too many"],
  ])("of %j", (text, told) => {
    expect(countText(charactersLeft(text))).toBe(told);
  });

  test.each(["a", "🙂".repeat(2_000), `${"🙂".repeat(2_000)}x`, "", " \n\t\u00a0\u3000", "\u200b", "x".repeat(2_001)])(
    "lets through what the server takes, and nothing else: %j",
    (body) => {
      expect(bodyProblem(body) === "").toBe(commentBody.safeParse({ body }).success);
    },
  );

  test("says what to do", () => {
    expect(bodyProblem("x".repeat(2_001))).toBe("Shorten it by 1 character: a comment can have at most 2,000.");
    expect(bodyProblem("x".repeat(2_003))).toMatch(/^Shorten it by 3 characters/);
    expect(bodyProblem(" ")).toBe("Write something first.");
  });
});

test("when a comment was written is told by its age for a day, then by the clock", () => {
  const now = new Date("2026-06-15T12:00:00");
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  expect(commentTime(ago(0), now)).toBe("just now");
  expect(commentTime(ago(23 * 60 + 59), now)).toBe("23 hours ago");
  expect(commentTime(ago(24 * 60), now)).toBe("12:00");
  expect([ago(24 * 60 - 1), ago(24 * 60)].map((then) => isAging(then, now))).toEqual([true, false]);
});

describe("in the place of comments", () => {
  const offline = (nextTry?: number) => ({ state: "offline", nextTry }) as const;

  test("nothing is said while it may just be a moment", () => {
    expect(loadingWords({ state: "connecting" }, 0, 4_999)).toBe("");
    expect(loadingWords({ state: "catching up" }, 0, 5_000)).toBe("Could not load yet. Still trying");
  });

  test("a failure, and when the next try is", () => {
    expect(loadingWords(offline(3_500), 0, 0)).toBe("Could not load. Trying again in 4 s");
    expect(loadingWords(offline(3_500), 0, 3_500)).toBe("Could not load. Trying again");
    expect(loadingWords(offline(), 0, 0)).toBe("Could not load. Trying again");
  });

  test("friends that could not be loaded are said to at once, and after a while that nothing has come", () => {
    const words = "Your friends could not be loaded. Trying again.";
    const told = (isLoaded: boolean, isFailing: boolean, connection: Connection, now: number) =>
      peopleWords({ people: { ...noPeople, isLoaded, isFailing }, connection }, 0, now);
    expect(told(false, false, { state: "live" }, 4_999)).toBe("");
    expect(told(false, false, { state: "live" }, 5_000)).toBe(words);
    expect(told(false, false, offline(), 0)).toBe(words);
    expect([false, true].map((isLoaded) => told(isLoaded, true, { state: "live" }, 0))).toEqual([words, words]);
    expect(told(true, false, offline(), 9_999)).toBe("");
  });

  test("over those that may not be all, why", () => {
    expect(staleWords(offline())).toMatch(/^Offline/);
    expect(staleWords({ state: "reloading" })).toBe("Loading again");
    expect(["live", "catching up", "connecting"].map((state) => staleWords({ state } as never))).toEqual(["", "", ""]);
  });
});
