import { describe, expect, test, vi } from "vitest";
import { at, comment, ids, later, live, page, startFeed as start } from "../helpers/fake-feed.ts";

const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => comment(from - n));

describe("what is kept is bounded", () => {
  test("5,000 comments: the oldest go, and follow again where it is asked for them", async () => {
    const { feed, asked, join, tell } = start([page(range(50, 1)), page(range(52, 50), { next: at(50) }), page([])]);
    join(60);
    await live(feed);
    for (let n = 100; n < 5_060; n += 1) tell("comment", comment(n));
    expect(feed.state.comments).toHaveLength(5_000);
    expect(ids(feed).slice(-2)).toEqual(["id-12", "id-11"]);
    expect(feed.state.hasOlder).toBe(true);

    for (let n = 5_060; n < 5_100; n += 1) tell("comment", comment(n));
    expect(ids(feed).slice(-2)).toEqual(["id-101", "id-100"]);
    await feed.loadOlder();
    expect(asked[1]).toEqual({ before: at(100), time: at(60) });
    // What was asked for is not taken away again by the next one.
    tell("comment", comment(6_000));
    expect(feed.state.comments).toHaveLength(5_003);
    expect(ids(feed).at(-1)).toBe("id-51");
  });

  test("what a node tells again from before what is shown is not shown", async () => {
    const { feed, join, tell } = start([page([comment(9), comment(8)], { next: at(8) })]);
    join(9);
    await live(feed);
    tell("comment", comment(5));
    expect(ids(feed)).toEqual(["id-9", "id-8"]);
  });

  test("what comes during a catch-up: beyond 1,000 the node is joined anew, from the same position", async () => {
    const { feed, asked, states, join, tell } = start([
      page([comment(1)]),
      later(page([])).page,
      page([comment(2_000), comment(100)]),
    ]);
    join(9);
    await live(feed);
    feed.stop();
    feed.start();
    join(20);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    for (let n = 100; n <= 1_100; n += 1) tell("comment", comment(n));
    expect(states.at(-1)).toBe("connecting");
    join(1_200);
    await live(feed);
    expect(asked[2]).toMatchObject({ after: at(9), time: at(1_200) });
    expect(feed.state.comments).toHaveLength(1_003);
  });
});

test("a catch-up that fails midway begins again where it began, and nothing that was heard is lost", async () => {
  const { feed, asked, join, lose, tell } = start([
    page([comment(1)]),
    page([comment(30)], { next: at(30) }),
    "no answer",
    page([comment(30)], { next: at(30) }),
    page([comment(20)]),
    page([]),
  ]);
  join(9);
  await live(feed);
  lose();
  join(40);
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  tell("comment", comment(41));
  tell("commentRemoved", { id: "id-20", position: at(42) });
  expect(feed.state.connection.state).toBe("catching up");
  await live(feed);
  expect(asked.slice(3)).toEqual(asked.slice(1, 3));
  expect(ids(feed)).toEqual(["id-41", "id-30", "id-1"]);
  lose();
  join(60);
  await live(feed);
  expect(asked.at(-1)).toMatchObject({ after: at(42) });
});
