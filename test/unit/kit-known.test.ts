import { expect, test, vi } from "vitest";
import { at, comment, ids, later, live, page, person, startFeed as start } from "../helpers/fake-feed.ts";

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
  tell("friend", { person: person("eve"), state: "none" });
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

test("a comment of a new friend that was told during a catch-up without end goes with the friendship", async () => {
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
  tell("comment", comment(21, person("eve")));
  expect(ids(feed)).toEqual(["id-21", "id-9"]);
  lose();
  join(30);
  await live(feed);
  expect(asked[2]).toEqual({ time: at(30) });
  expect(ids(feed)).toEqual(["id-9", "id-7"]);
});
