import { expect, test } from "vitest";
import { createNames } from "../../functions/pages/browser/kit/names.ts";
import { createPeople } from "../../functions/pages/browser/kit/people.ts";
import type { FriendsPage } from "../../shared/contracts/friends.ts";

const person = (id: string) => ({ id, username: id, firstName: id, lastName: "Moreau" });

/** A list whose pages are answered when the test says so. */
function start() {
  const asked: { query: object; answer: (page: FriendsPage) => Promise<void> }[] = [];
  let changes = 0;
  const people = createPeople({
    names: createNames(() => {}),
    api: {
      friends(query) {
        const { promise, resolve } = Promise.withResolvers<FriendsPage>();
        asked.push({
          query,
          async answer(page) {
            resolve(page);
            // A few turns: what was asked is taken in after it.
            for (let turn = 0; turn < 10; turn++) await promise;
          },
        });
        return promise;
      },
    },
    random: () => 0,
    changed() {
      changes += 1;
    },
    refused() {},
  });
  const online = () => people.state.friends.map((friend) => `${friend.id} ${friend.online}`);
  return { people, asked, online, changes: () => changes };
}

const page = (online: Record<string, boolean>, next: string | null = null): FriendsPage => ({
  friends: Object.entries(online).map(([id, isOnline]) => ({ ...person(id), online: isOnline })),
  incoming: [],
  outgoing: [],
  blocked: [],
  next,
});

async function loaded(online: Record<string, boolean>, next: string | null = null) {
  const started = start();
  void started.people.load("t1");
  await started.asked[0]?.answer(page(online, next));
  return started;
}

test("a list is read as of the socket's time, its further pages too, and anew as of another", async () => {
  const { people, asked } = await loaded({ ada: true }, "more");
  void people.loadMore();
  await asked[1]?.answer(page({ ben: false }));
  void people.load("t2");
  void people.load(undefined);
  expect(asked.map(({ query }) => query)).toEqual([
    { time: "t1" },
    { after: "more", time: "t1" },
    { time: "t2" },
    { time: "t2" },
  ]);
});

test("friends who come and go are shown, and who is none changes nothing", async () => {
  const { people, online, changes } = await loaded({ ada: false, ben: true });
  const before = changes();
  people.hear({ id: "ada", online: true });
  people.hear({ id: "ada", online: true });
  people.hear({ id: "zoe", online: true });
  expect([online(), changes() - before]).toEqual([["ada true", "ben true"], 1]);
});

test("what is told while a page is under way is newer than the page", async () => {
  const { people, asked, online } = start();
  void people.load("t1");
  people.hear({ id: "ada", online: true });
  people.hear({ id: "ben", online: false });
  await asked[0]?.answer(page({ ada: false, ben: true, cleo: true }));
  expect(online()).toEqual(["ada true", "ben false", "cleo true"]);
});

test("what is told of a friend on a later page is shown when that page is read", async () => {
  const { people, asked, online } = await loaded({ ada: true }, "more");
  people.hear({ id: "ben", online: true });
  void people.loadMore();
  await asked[1]?.answer(page({ ben: false }));
  expect(online()).toEqual(["ada true", "ben true"]);
});

test("a list that is read anew owes nothing to what was told before", async () => {
  const { people, asked, online } = await loaded({ ada: false });
  people.hear({ id: "ada", online: true });
  void people.load("t2");
  await asked[1]?.answer(page({ ada: false }));
  expect(online()).toEqual(["ada false"]);
});

test("a new friend is shown as told, whichever comes first: the answer, or what the socket says", async () => {
  const { people, online } = await loaded({});
  people.apply({ person: person("ada"), state: "friends" });
  expect(online()).toEqual(["ada false"]);
  people.hear({ id: "ada", online: true });
  people.apply({ person: person("ada"), state: "friends" });
  expect(online()).toEqual(["ada true"]);
  people.hear({ id: "ben", online: true });
  people.apply({ person: person("ben"), state: "friends" });
  expect(online()).toEqual(["ada true", "ben true"]);
});

test("what was told of a former friend does not count when it is a friend again", async () => {
  const { people, online } = await loaded({ ada: false });
  people.hear({ id: "ada", online: true });
  people.apply({ person: person("ada"), state: "none" });
  people.apply({ person: person("ada"), state: "friends" });
  expect(online()).toEqual(["ada false"]);
});

test("somebody else's list starts with nothing told", async () => {
  const { people, asked, online } = await loaded({ ada: true });
  people.hear({ id: "ben", online: true });
  people.reset();
  void people.loadMore();
  void people.load("t2");
  await asked[1]?.answer(page({ ben: false }));
  expect(online()).toEqual(["ben false"]);
});
