import { describe, expect, test, vi } from "vitest";
import { at, comment, ids, later, live, page, person, startFeed as start } from "../helpers/fake-feed.ts";

const eve = person("eve");

describe("a resync", () => {
  test("is read as of its own time, and what the socket told before it does not stand for what was missed", async () => {
    const again = later(page([comment(40), comment(30)]));
    const { feed, asked, states, join, tell } = start([page([comment(1)]), again.page]);
    join(9);
    await live(feed);
    tell("comment", comment(11));
    tell("resync", { reason: "lost", time: at(40), afterMs: 0 });
    tell("commentRemoved", { id: "id-30", position: at(41) });
    tell("comment", comment(42));
    expect(states.at(-1)).toBe("reloading");
    again.arrive();
    await live(feed);
    expect(asked.slice(1)).toEqual([{ time: at(40) }]);
    expect(ids(feed)).toEqual(["id-42", "id-40"]);
  });

  test("of a node that does not say when is read as of the time of joining", async () => {
    const { feed, asked, join, tell } = start([page([comment(1)]), page([comment(2)])]);
    join(9);
    await live(feed);
    tell("resync", { reason: "lost" } as never);
    await live(feed);
    expect(asked[1]).toEqual({ time: at(9) });
  });

  test("that is to be answered later forgets at once what was known: a socket lost meanwhile is no less of one", async () => {
    const { feed, asked, states, join, lose, tell } = start([page([comment(1)]), page([comment(40), comment(30)])]);
    join(9);
    await live(feed);
    tell("resync", { reason: "lost", time: at(40), afterMs: 3_600_000 });
    tell("comment", comment(41));
    expect(states.at(-1)).toBe("reloading");
    lose();
    join(42);
    await live(feed);
    expect(asked.slice(1)).toEqual([{ time: at(42) }]);
    expect(ids(feed)).toEqual(["id-40", "id-30"]);
  });

  test("shows whoever became a friend in the gap, of which the socket told nothing", async () => {
    const bens = { ...comment(30), author: person("ben") };
    const { feed, join, tell } = start([page([comment(1)]), page([bens])]);
    join(9);
    await live(feed);
    tell("friend", { person: person("ben"), state: "outgoing", time: at(10) });
    tell("resync", { reason: "lost", time: at(40), afterMs: 0 });
    await live(feed);
    tell("comment", { ...comment(41), author: person("ben") });
    expect(ids(feed)).toEqual(["id-41", "id-30"]);
  });

  test("is not answered by what a new friend is welcomed with", async () => {
    const welcome = later(page([]));
    const { feed, asked, join, tell } = start([
      page([comment(9), comment(8)]),
      welcome.page,
      page([comment(9), comment(7, eve)]),
    ]);
    join(9);
    await live(feed);
    tell("friend", { person: eve, state: "friends" });
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    tell("resync", { reason: "lost", time: at(20), afterMs: 3_600_000 });
    tell("friend", { person: person("fay"), state: "friends" });
    await live(feed);
    expect(ids(feed)).toEqual(["id-9", "id-7"]);
  });

  test("takes the place of a catch-up under way", async () => {
    const slow = later(page([comment(20)]));
    const { feed, asked, join, lose, tell } = start([page([comment(1)]), slow.page, page([comment(50)])]);
    join(9);
    await live(feed);
    lose();
    join(30);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    tell("comment", comment(31));
    tell("resync", { reason: "lost", time: at(60), afterMs: 0 });
    await live(feed);
    slow.arrive();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ids(feed)).toEqual(["id-50"]);
  });

  test("that did not come to its end is no less of one after the next joining", async () => {
    const { feed, asked, states, join, lose, tell } = start([
      page([comment(1)]),
      later(page([])).page,
      page([comment(70)]),
    ]);
    join(9);
    await live(feed);
    tell("resync", { reason: "lost", time: at(40), afterMs: 0 });
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    lose();
    join(80);
    expect(states.at(-1)).toBe("reloading");
    await live(feed);
    expect(asked[2]).toEqual({ time: at(80) });
    expect(ids(feed)).toEqual(["id-70"]);
  });

  test("reads down to what is shown, so that nobody loses their place", async () => {
    const { feed, asked, join, tell } = start([
      page([comment(9), comment(8)], { next: at(8) }),
      page([comment(7), comment(6)], { next: at(6) }),
      page([comment(9), comment(8)], { next: at(8) }),
      page([comment(7), comment(6), comment(5)], { next: at(5) }),
    ]);
    join(9);
    await live(feed);
    await feed.loadOlder();
    tell("resync", { reason: "lost", time: at(10), afterMs: 0 });
    await live(feed);
    expect(asked.slice(1)).toEqual([
      { before: at(8), time: at(9) },
      { time: at(10) },
      { before: at(8), time: at(10), limit: "100" },
    ]);
    expect(ids(feed)).toEqual(["id-9", "id-8", "id-7", "id-6", "id-5"]);
  });
});

describe("friends that came or went while the socket was away", () => {
  test("are seen by the mark of the authors: read anew, with whose comments belong here now", async () => {
    const { feed, asked, states, join, lose } = start([
      page([comment(9), comment(8, eve), comment(7)]),
      page([comment(9)], { authorsTag: "ada, ben and fay" }),
      page([comment(9), comment(7), comment(6, person("fay"))], { authorsTag: "ada, ben and fay" }),
      page([], { authorsTag: "ada, ben and fay" }),
    ]);
    join(9);
    await live(feed);
    lose();
    join(20);
    await live(feed);
    expect(states.slice(-4)).toEqual(["offline", "catching up", "reloading", "live"]);
    expect(asked.slice(1)).toEqual([{ after: at(9), time: at(20), limit: "100" }, { time: at(20) }]);
    expect(ids(feed)).toEqual(["id-9", "id-7", "id-6"]);
    lose();
    join(30);
    await live(feed);
    expect(asked[3]).toMatchObject({ after: at(20) });
  });

  test("and left again: a comment of theirs that was told during a catch-up without end goes, too", async () => {
    const { feed, asked, join, lose, tell } = start([
      page([comment(9)]),
      later(page([])).page,
      page([comment(9), comment(7)]),
    ]);
    join(9);
    await live(feed);
    lose();
    join(20);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    tell("comment", comment(21, eve));
    expect(ids(feed)).toEqual(["id-21", "id-9"]);
    lose();
    join(30);
    await live(feed);
    expect(asked[2]).toEqual({ time: at(30) });
    expect(ids(feed)).toEqual(["id-9", "id-7"]);
  });

  test("an answer without a mark says nothing of them", async () => {
    const { feed, asked, join, lose } = start([
      page([comment(9)], { authorsTag: undefined }),
      page([comment(9)], { authorsTag: undefined }),
    ]);
    join(9);
    await live(feed);
    lose();
    join(20);
    await live(feed);
    expect(asked[1]).toEqual({ time: at(20) });
  });

  test("after a change that the socket told of, the mark is another in any case", async () => {
    const { feed, asked, join, lose, tell } = start([page([comment(9), comment(8, eve)]), page([comment(9)])]);
    join(9);
    await live(feed);
    tell("friend", { person: eve, state: "none" });
    expect(ids(feed)).toEqual(["id-9"]);
    lose();
    join(20);
    await live(feed);
    expect(asked[1]).toEqual({ time: at(20) });
  });

  test("a mark that may be older than such a change is not kept", async () => {
    const first = later(page([comment(9), comment(8, eve)]));
    const { feed, asked, join, lose, tell } = start([first.page, page([comment(9)])]);
    join(9);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    tell("friend", { person: eve, state: "none" });
    first.arrive();
    await live(feed);
    expect(ids(feed)).toEqual(["id-9"]);
    lose();
    join(20);
    await live(feed);
    expect(asked[1]).toEqual({ time: at(20) });
  });
});

test("a list that was read anew is known as far as it was read, though another node had told more before", async () => {
  const { feed, asked, join, lose, tell } = start([
    page([comment(9)]),
    page([comment(9)]),
    page([comment(30), comment(25)]),
  ]);
  join(9);
  await live(feed);
  tell("comment", comment(30));
  // From here on all is read anew.
  tell("friend", { person: eve, state: "none" });
  lose();
  // A node whose stream is far behind.
  join(20);
  await live(feed);
  expect(ids(feed)).toEqual(["id-9"]);
  lose();
  join(40);
  await live(feed);
  expect(asked[2]).toEqual({ after: at(20), time: at(40), limit: "100" });
  expect(ids(feed)).toEqual(["id-30", "id-25", "id-9"]);
});
