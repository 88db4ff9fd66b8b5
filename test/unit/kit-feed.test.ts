import { HttpResponse, http } from "msw";
import { describe, expect, test, vi } from "vitest";
import { ada, api, at, ben, comment, ids, later, live, page, startFeed as start } from "../helpers/fake-feed.ts";
import { network } from "../helpers/no-network.ts";

test("friends that fail to load are said to until they are there, and not while nobody asks for them", async () => {
  const { feed, join, lose } = start([page([]), page([])]);
  let isAway = true;
  network.use(
    http.get(`${api}/api/friends`, () =>
      isAway ? HttpResponse.json({ code: "internal" }, { status: 500 }) : undefined,
    ),
  );
  join(9);
  await live(feed);
  await vi.waitFor(() => expect(feed.state.people).toMatchObject({ isLoaded: false, isFailing: true }));
  lose();
  expect(feed.state.people).toMatchObject({ isLoaded: false, isFailing: false });
  join(10);
  await vi.waitFor(() => expect(feed.state.people).toMatchObject({ isLoaded: false, isFailing: true }));
  isAway = false;
  await vi.waitFor(() => expect(feed.state.people).toMatchObject({ friends: [ben], isLoaded: true, isFailing: false }));
});

describe("catching up", () => {
  test("first load: as of the socket's time", async () => {
    const { feed, asked, states, join } = start([page([comment(2), comment(1)], { next: at(1) })]);
    join(9);
    expect(feed.state.me).toEqual(ada);
    await live(feed);
    expect(asked).toEqual([{ time: at(9) }]);
    expect(states).toEqual(["connecting", "catching up", "live"]);
    expect(ids(feed)).toEqual(["id-2", "id-1"]);
    expect(feed.state.hasOlder).toBe(true);
    await vi.waitFor(() => expect(feed.state.people.friends).toEqual([ben]));
  });

  test("the name goes with the connection, the comments stay, and what was missed comes by pages", async () => {
    const pages = [
      page([comment(1)]),
      page([comment(30), comment(25)], { next: at(25), removed: [{ id: "id-1", position: at(28) }] }),
      page([comment(21), comment(20)]),
    ];
    const { feed, asked, join, lose, tell } = start(pages);
    join(9);
    await live(feed);
    tell("comment", comment(20));
    lose();
    expect(feed.state.me).toBeUndefined();
    expect(feed.state.connection.state).toBe("offline");
    expect(ids(feed)).toEqual(["id-20", "id-1"]);
    join(40);
    await live(feed);
    expect(asked.slice(1)).toEqual([
      { after: at(20), time: at(40), limit: "100" },
      { after: at(20), time: at(40), limit: "100", before: at(25) },
    ]);
    expect(ids(feed)).toEqual(["id-30", "id-25", "id-21", "id-20"]);
  });

  test("what the socket tells meanwhile is merged, and a removal wins in any order", async () => {
    const first = later(page([comment(3), comment(2), comment(1)]));
    const { feed, asked, join, lose, tell } = start([first.page, page([])]);
    join(3);
    tell("comment", comment(5));
    tell("commentRemoved", { id: "id-2", position: at(6) });
    first.arrive();
    await live(feed);
    expect(ids(feed)).toEqual(["id-5", "id-3", "id-1"]);
    lose();
    join(9);
    await live(feed);
    expect(asked[1]).toMatchObject({ after: at(6) });
  });

  test("begins again where it began when the connection is lost in the middle of it", async () => {
    const lost = later(page([comment(30)]));
    const pages = [page([comment(1)]), lost.page, page([comment(30), comment(20)]), page([])];
    const { feed, asked, join, lose, tell } = start(pages);
    join(9);
    await live(feed);
    lose();
    join(31);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    tell("comment", comment(50));
    lose();
    lost.arrive();
    // A node whose stream is behind the other one's.
    join(40);
    await live(feed);
    expect(asked[2]).toMatchObject({ after: at(9) });
    expect(ids(feed)).toEqual(["id-50", "id-30", "id-20", "id-1"]);
    lose();
    join(60);
    await live(feed);
    expect(asked[3]).toMatchObject({ after: at(40) });
  });

  test("one's own comment, as the API answers it, does not stand for what was missed before it", async () => {
    network.use(http.post(`${api}/api/comments`, () => HttpResponse.json(comment(50, ada), { status: 201 })));
    const { feed, asked, join, lose } = start([page([comment(1)]), page([comment(50, ada), comment(20)])]);
    join(9);
    await live(feed);
    await feed.comment("words 50");
    expect(ids(feed)).toEqual(["id-50", "id-1"]);
    lose();
    join(60);
    await live(feed);
    expect(asked[1]).toMatchObject({ after: at(9) });
    expect(ids(feed)).toEqual(["id-50", "id-20", "id-1"]);
  });
});

describe("reading anew", () => {
  test("one's own comment that was removed by then is not brought back by the answer to its sending", async () => {
    const answer = Promise.withResolvers<void>();
    network.use(
      http.post(`${api}/api/comments`, async () => {
        await answer.promise;
        return HttpResponse.json(comment(15, ada), { status: 201 });
      }),
    );
    const { feed, join, lose } = start([page([comment(1)], { authorsTag: undefined }), page([comment(1)])]);
    join(9);
    await live(feed);
    const sent = feed.comment("words 15");
    lose();
    join(20);
    await live(feed);
    answer.resolve();
    expect((await sent).id).toBe("id-15");
    expect(ids(feed)).toEqual(["id-1"]);
  });

  test("when too much was missed: nothing of the earlier list stays", async () => {
    const { feed, asked, join, lose } = start([
      page([comment(1)]),
      page([], { complete: false }),
      page([comment(99)], { next: at(99) }),
    ]);
    join(9);
    await live(feed);
    lose();
    join(100);
    await live(feed);
    expect(asked.slice(1)).toEqual([{ after: at(9), time: at(100), limit: "100" }, { time: at(100) }]);
    expect(ids(feed)).toEqual(["id-99"]);
  });

  test("on `resync`, with what comes meanwhile", async () => {
    const again = later(page([comment(7)]));
    const { feed, asked, states, join, tell } = start([page([comment(1)]), again.page]);
    join(9);
    await live(feed);
    tell("resync", { reason: "the place in the stream was lost", time: at(10), afterMs: 0 });
    tell("comment", comment(11));
    again.arrive();
    await live(feed);
    expect(asked[1]).toEqual({ time: at(10) });
    expect(ids(feed)).toEqual(["id-11", "id-7"]);
    expect(states.slice(-2)).toEqual(["reloading", "live"]);
  });

  test("as somebody else: what was on the screen is gone before anything of theirs comes", async () => {
    const theirs = later(page([comment(70, ada)]));
    const { feed, join, lose } = start([page([comment(1)]), theirs.page]);
    join(9);
    await live(feed);
    lose();
    join(80, ben);
    expect(feed.state).toMatchObject({ ownerId: "ben", comments: [], isLoaded: false, people: { friends: [] } });
    theirs.arrive();
    await live(feed);
    expect(ids(feed)).toEqual(["id-70"]);
  });
});
