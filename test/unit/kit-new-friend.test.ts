import { describe, expect, test, vi } from "vitest";
import { at, comment, ids, later, live, page, person, startFeed as start } from "../helpers/fake-feed.ts";

const eve = person("eve");

describe("a new friend", () => {
  const befriended = { person: eve, state: "friends" } as const;

  test("brings earlier comments, and what was heard stays though the answer is older", async () => {
    const { feed, asked, join, tell } = start([
      page([comment(9), comment(7)], { next: at(7) }),
      page([comment(9), comment(8, eve)], { next: at(8) }),
      page([comment(7), comment(6, eve)], { next: at(6) }),
    ]);
    join(9);
    await live(feed);
    tell("comment", comment(12));
    tell("friend", befriended);
    expect(feed.state.connection.state).toBe("catching up");
    await live(feed);
    expect(asked.slice(1)).toEqual([{ time: at(12) }, { before: at(8), time: at(12), limit: "100" }]);
    expect(ids(feed)).toEqual(["id-12", "id-9", "id-8", "id-7", "id-6"]);
    expect(feed.state.hasOlder).toBe(true);
  });

  test("and another one while they are read: nothing that was heard is lost", async () => {
    const { feed, asked, join, tell } = start([
      page([comment(9)]),
      later(page([])).page,
      page([comment(9), comment(8, eve), comment(6, person("fay"))]),
    ]);
    join(9);
    await live(feed);
    tell("comment", comment(12));
    tell("friend", befriended);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    tell("comment", comment(13));
    tell("friend", { ...befriended, person: person("fay") });
    await live(feed);
    expect(ids(feed)).toEqual(["id-13", "id-12", "id-9", "id-8", "id-6"]);
  });

  test("during a resync does not let it go on from what was shown", async () => {
    const { feed, asked, join, tell } = start([
      page([comment(9), comment(8)]),
      later(page([])).page,
      page([comment(9), comment(7, eve)]),
    ]);
    join(9);
    await live(feed);
    tell("resync", { reason: "lost", time: at(20), afterMs: 0 });
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    tell("comment", comment(21));
    tell("friend", befriended);
    await live(feed);
    expect(ids(feed)).toEqual(["id-21", "id-9", "id-7"]);
  });
});
