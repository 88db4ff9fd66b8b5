import { describe, expect, test } from "vitest";
import { pairOf } from "../../shared/friends/state.ts";
import { withBounds } from "../property/launched.ts";
import { type Committed, Model, type Write } from "../property/model.ts";

const befriended: Write = { kind: "pair", pair: pairOf("ada", "ben"), areFriends: true };
const parted: Write = { kind: "pair", pair: pairOf("ada", "ben"), areFriends: false };
const said = (id: string, author = "ada"): Write => ({ kind: "comment", id, author, at: id });
const removed = (id: string): Write => ({ kind: "removal", id });

/** The nth write is committed at instant n, at the earliest. */
const replay = (...writes: Write[]) =>
  new Model(writes.map((write, n): Committed => ({ write, time: String(n), earliest: n })));

describe("a delivery", () => {
  test("is required where two are friends from the comment to it, and only there", () => {
    const model = replay(befriended, said("1"), parted);
    expect(model.mustHear("ben", "ada", 1, 1.5)).toBe(true);
    expect(model.mustHear("ben", "ada", 1, 2.5)).toBe(false);
    expect(model.mustHear("cleo", "ada", 1, 1.5)).toBe(false);
    expect(replay(said("1"), befriended).mustHear("ben", "ada", 0, 1.5)).toBe(false);
  });

  test("is allowed to those who were friends at any moment between", () => {
    expect(replay(befriended, said("1"), parted).mayHear("ben", "ada", 1, 9)).toBe(true);
    expect(replay(said("1"), befriended, parted).mayHear("ben", "ada", 0, 9)).toBe(true);
  });

  test("is forbidden to those who had parted before, and to those who became friends after it", () => {
    expect(replay(befriended, parted, said("1")).mayHear("ben", "ada", 2, 9)).toBe(false);
    expect(replay(said("1"), befriended).mayHear("ben", "ada", 0, 0.5)).toBe(false);
    expect(replay(befriended, said("1")).mayHear("cleo", "ada", 1, 9)).toBe(false);
  });

  test("to oneself is required whatever else", () => {
    const model = replay(said("1"));
    expect([model.mustHear("ada", "ada", 0, 9), model.mayHear("ada", "ada", 0, 9)]).toEqual([true, true]);
  });
});

test("the feed is one's own and the present friends' comments, without the removed ones, newest first", () => {
  const model = replay(befriended, said("1"), said("2", "ben"), said("3"), said("4", "cleo"), removed("1"));
  expect(model.feedOf("ben")).toEqual(["3", "2"]);
  expect([model.friendsOf("ben"), model.friendsOf("cleo")]).toEqual([["ada"], []]);
  expect(replay(befriended, said("1"), parted).feedOf("ben")).toEqual([]);
});

test("a write is not earlier than a request that can have made it, nor than what precedes it", () => {
  const seen = [said("1"), parted, befriended].map((write, n) => ({
    write,
    time: String(n),
    seen: 100,
    ...(write.kind === "comment" ? { body: "first" } : {}),
  }));
  const { pair } = parted as { pair: string };
  const launched = [
    { what: "comment first", started: 10, answered: 30 },
    { what: `none ${pair}`, started: 1, answered: 5 },
    { what: `none ${pair}`, started: 20, answered: 40 },
    { what: `friends ${pair}`, started: 15, answered: 40 },
  ];
  expect(withBounds(seen, launched).map(({ earliest }) => earliest)).toEqual([10, 20, 20]);
});
