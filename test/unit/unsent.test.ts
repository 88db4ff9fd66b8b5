import { describe, expect, test, vi } from "vitest";
import { createUnsent, type Unsent } from "../../functions/pages/browser/unsent.ts";
import type { Comment } from "../../shared/contracts/comments.ts";

const author = { id: "ada", username: "ada", firstName: "Ada", lastName: "Moreau" };
const comment = (body: string, position: string): Comment => ({
  id: `id ${position}`,
  author,
  body,
  createdAt: "2026-06-15T12:00:00.000Z",
  position,
});

/** Requests that are answered by hand. */
function world(newest: () => string | undefined = () => "1") {
  const asked: { body: string; key: string; answer: (saved: Comment) => void; fail: (reason: string) => void }[] = [];
  const told: string[] = [];
  let kept: readonly Unsent[] = [];
  const unsent = createUnsent({
    send: (body, key) =>
      new Promise((answer, reject) => asked.push({ body, key, answer, fail: (reason) => reject(reason) })),
    newest,
    explain: (error) => ({ reason: String(error), isFinal: error === "mismatch" }),
    changed: (list) => {
      kept = list;
    },
    failed: (reason) => told.push(reason),
  });
  const states = () => unsent.list.map(({ body, state }) => `${body} ${state}`);
  const request = (index: number) => vi.waitFor(() => asked[index] ?? Promise.reject(new Error("not asked")));
  return { unsent, asked, told, states, request, kept: () => kept };
}

describe("comments on their way", () => {
  test("go one after the other, in their order", async () => {
    const { unsent, asked, states, request } = world();
    for (const body of ["a", "b"]) unsent.add(body);
    expect(states()).toEqual(["a sending", "b waiting"]);
    asked[0]?.answer(comment("a", "2"));
    (await request(1)).answer(comment("b", "3"));
    await vi.waitFor(() => expect(states()).toEqual([]));
    expect(asked.map(({ body }) => body)).toEqual(["a", "b"]);
    expect(asked[0]?.key).not.toBe(asked[1]?.key);
  });

  test("one that fails stays in its place with the reason, holds nobody up, and goes again under its key", async () => {
    const { unsent, asked, told, states, request } = world();
    for (const body of ["a", "b"]) unsent.add(body);
    asked[0]?.fail("offline");
    await request(1);
    expect(states()).toEqual(["a failed", "b sending"]);
    expect(unsent.list[0]).toMatchObject({ reason: "offline", isFinal: false });
    expect(told).toEqual(["offline"]);
    unsent.retry(unsent.list[0]?.key as string);
    asked[1]?.answer(comment("b", "2"));
    const again = await request(2);
    expect(again).toMatchObject({ body: "a", key: asked[0]?.key });
    again.answer(comment("a", "3"));
    await vi.waitFor(() => expect(states()).toEqual([]));
  });

  test("what can never succeed is told apart", async () => {
    const { unsent, asked } = world();
    unsent.add("a");
    asked[0]?.fail("mismatch");
    await vi.waitFor(() => expect(unsent.list[0]).toMatchObject({ state: "failed", isFinal: true }));
    unsent.discard(unsent.list[0]?.key as string);
    expect(unsent.list).toEqual([]);
  });

  test("a request of a former user has no effect on the next one's", async () => {
    const { unsent, asked, states, told } = world();
    unsent.add("a");
    unsent.reset();
    unsent.add("b");
    asked[0]?.fail("late");
    await Promise.resolve();
    expect(states()).toEqual(["b sending"]);
    expect(told).toEqual([]);
  });
});

test("what an earlier page left goes on: what was under way under its key, what had failed when it is asked for", async () => {
  const first = world();
  for (const body of ["a", "b", "c"]) first.unsent.add(body);
  first.asked[0]?.fail("offline");
  await first.request(1);
  const second = world();
  second.unsent.add("d");
  second.unsent.restore(first.kept());
  expect(second.states()).toEqual(["a failed", "b waiting", "c waiting", "d sending"]);
  second.asked[0]?.answer(comment("d", "2"));
  expect(await second.request(1)).toMatchObject({ body: "b", key: first.asked[1]?.key });
});

describe("one that is seen on the feed", () => {
  test("before its answer goes, and has not failed where that is lost", async () => {
    const { unsent, asked, states, told, request } = world();
    for (const body of ["a", "b"]) unsent.add(body);
    unsent.meet([comment("a", "2"), comment("a", "1")], "ada");
    expect(states()).toEqual(["b waiting"]);
    asked[0]?.fail("lost");
    await request(1);
    expect(states()).toEqual(["b sending"]);
    expect(told).toEqual([]);
  });

  test("after it had failed may be another one: it stays, and its answer settles it when it is tried again", async () => {
    let newest = "1";
    const { unsent, asked, states, request } = world(() => newest);
    unsent.add("yes");
    asked[0]?.fail("lost");
    await vi.waitFor(() => expect(states()).toEqual(["yes failed"]));
    newest = "2";
    unsent.meet([comment("yes", "2")], "ada");
    expect(states()).toEqual(["yes failed"]);
    unsent.retry(unsent.list[0]?.key as string);
    const again = await request(1);
    unsent.meet([comment("yes", "2")], "ada");
    expect(states()).toEqual(["yes sending"]);
    again.answer(comment("yes", "3"));
    await vi.waitFor(() => expect(states()).toEqual([]));
  });

  test("is not one that was there before, nor another's, nor of other words", () => {
    const { unsent, states } = world(() => "5");
    unsent.add("a");
    unsent.meet([{ ...comment("a", "7"), author: { ...author, id: "ben" } }, comment("b", "6")], "ada");
    unsent.meet([comment("a", "5"), comment("a", "4")], "ada");
    expect(states()).toEqual(["a sending"]);
  });

  test("stands for one alone of several with the same words: the one under way", async () => {
    const { unsent, asked, states, request } = world();
    for (const body of ["ha", "ha"]) unsent.add(body);
    const [failed, sent] = unsent.list.map(({ key }) => key);
    asked[0]?.fail("offline");
    await request(1);
    unsent.meet([comment("ha", "2")], "ada");
    expect(unsent.list.map(({ key }) => key)).toEqual([failed]);
    asked[1]?.answer(comment("ha", "2"));
    await vi.waitFor(() => expect(asked[1]?.key).toBe(sent));
    unsent.meet([comment("ha", "2")], "ada");
    expect(states()).toEqual(["ha failed"]);
  });

  test("its answer counts for it, and not for the one that failed before", async () => {
    const { unsent, asked, states, request } = world();
    for (const body of ["ha", "ha"]) unsent.add(body);
    asked[0]?.fail("offline");
    (await request(1)).answer(comment("ha", "2"));
    await vi.waitFor(() => expect(states()).toEqual(["ha failed"]));
    unsent.meet([comment("ha", "2")], "ada");
    expect(states()).toEqual(["ha failed"]);
  });

  test("is not guessed where the feed was not known when it was sent", () => {
    const { unsent, states } = world(() => undefined);
    unsent.add("a");
    unsent.meet([comment("a", "2")], "ada");
    expect(states()).toEqual(["a sending"]);
  });
});
