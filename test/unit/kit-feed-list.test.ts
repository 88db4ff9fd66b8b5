import { describe, expect, test } from "vitest";
import {
  emptyList,
  replaced,
  shortened,
  withComments,
  withoutAuthor,
  withRemovals,
} from "../../functions/pages/browser/kit/feed-list.ts";
import type { Comment } from "../../shared/contracts/comments.ts";

function comment(n: number, author = "ada"): Comment {
  return {
    id: `id-${n}`,
    author: { id: author, username: author, firstName: author, lastName: "X" },
    body: `words ${n}`,
    createdAt: "2026-01-01T00:00:00.000Z",
    position: n.toString(16).padStart(16, "0"),
  };
}
const ids = (list: { comments: readonly Comment[] }) => list.comments.map(({ id }) => id);

describe("the list of comments", () => {
  test("is ordered by position, newest first, in whatever order they come", () => {
    const list = [3, 1, 10, 2].reduce((before, n) => withComments(before, [comment(n)]), emptyList);
    expect(ids(list)).toEqual(["id-10", "id-3", "id-2", "id-1"]);
  });

  test("holds each once, also when one page holds it twice", () => {
    const list = withComments(emptyList, [comment(1), comment(1), comment(2)]);
    expect(ids(withComments(list, [comment(2), comment(1)]))).toEqual(["id-2", "id-1"]);
  });

  test("is the same value when nothing is new, so that nobody is told of it", () => {
    const list = withComments(emptyList, [comment(1)]);
    expect(withComments(list, [comment(1)])).toBe(list);
  });

  test("takes a removal after the comment, before it and twice", () => {
    const list = withComments(emptyList, [comment(1), comment(2)]);
    expect(ids(withRemovals(list, [{ id: "id-1" }]))).toEqual(["id-2"]);
    const early = withRemovals(withRemovals(emptyList, [{ id: "id-1" }]), [{ id: "id-1" }]);
    expect(ids(withComments(early, [comment(1), comment(2)]))).toEqual(["id-2"]);
  });

  test("remembers removals when it is replaced", () => {
    const list = withRemovals(withComments(emptyList, [comment(1)]), [{ id: "id-2" }]);
    expect(ids(replaced(list, [comment(2), comment(3)]))).toEqual(["id-3"]);
  });

  test("remembers a bounded number of removals, the latest", () => {
    const many = Array.from({ length: 2_500 }, (_, n) => ({ id: `id-${n}` }));
    const again = withRemovals(withRemovals(emptyList, many), [{ id: "id-500" }]);
    expect(again.removed.size).toBe(2_000);
    expect(again.removed.has("id-499")).toBe(false);
    expect(again.removed.has("id-500")).toBe(true);
    expect(again.removed.has("id-2499")).toBe(true);
  });

  test("loses the comments of one author", () => {
    const list = withComments(emptyList, [comment(1, "ben"), comment(2)]);
    expect(ids(withoutAuthor(list, "ben"))).toEqual(["id-2"]);
  });

  test("tells apart comments at one position by their ids, in the same order everywhere", () => {
    const twins = ["a", "b", "c"].map((id) => ({ ...comment(1), id }));
    for (const order of [twins, [...twins].reverse()]) {
      const list = withComments(withComments(emptyList, [comment(2), comment(0)]), [...order, ...order]);
      expect(ids(list)).toEqual(["id-2", "c", "b", "a", "id-0"]);
    }
  });

  test("is shortened to the newest, never between two at one position", () => {
    const list = withComments(emptyList, [comment(3), comment(2), { ...comment(2), id: "twin" }, comment(1)]);
    expect(ids(shortened(list, 1))).toEqual(["id-3"]);
    expect(ids(shortened(list, 2))).toEqual(["id-3", "twin", "id-2"]);
    for (const count of [4, 5]) expect(shortened(list, count)).toBe(list);
  });
});
