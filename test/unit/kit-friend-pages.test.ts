import { HttpResponse, http } from "msw";
import { describe, expect, test, vi } from "vitest";
import { api, ben, page, person, startFeed as start } from "../helpers/fake-feed.ts";
import { network } from "../helpers/no-network.ts";

describe("a friend who is in no list yet, and whose new name belongs on what was read", () => {
  const abe = { ...person("zoe"), firstName: "Abe" };

  /** Friends that are answered in turn, by the names of their pages' ends; a promise is waited for. */
  function answer(...pages: [friends: (typeof ben)[], next: string | null, when?: Promise<void>][]) {
    const asked: (string | null)[] = [];
    network.use(
      http.get(`${api}/api/friends`, async ({ request }) => {
        asked.push(new URL(request.url).searchParams.get("after"));
        const [friends = [], next = null, when] = pages.shift() ?? [];
        await when;
        const online = friends.map((each) => ({ ...each, online: false }));
        return HttpResponse.json({ friends: online, incoming: [], outgoing: [], blocked: [], next });
      }),
    );
    return asked;
  }

  test.each(["ben", null])("is read, where more may follow (%s)", async (next) => {
    const { feed, join, tell } = start([page([])]);
    const asked = answer([[ben], next], [[abe, ben], next]);
    const names = () => feed.state.people.friends.map(({ id }) => id);
    join(9);
    await vi.waitFor(() => expect(names()).toEqual(["ben"]));
    tell("person", { ...ben, firstName: "Benedict" });
    tell("person", abe);
    await vi.waitFor(() => expect(names()).toEqual(["zoe", "ben"]));
    expect(asked).toEqual([null, null]);
  });

  test("is read with all pages that were", async () => {
    const { feed, join, tell } = start([page([])]);
    const cleo = person("cleo");
    const asked = answer([[ben], "ben"], [[cleo], null], [[abe, ben], "ben"], [[cleo], null]);
    const names = () => feed.state.people.friends.map(({ id }) => id);
    join(9);
    await vi.waitFor(() => expect(names()).toEqual(["ben"]));
    await feed.loadMoreFriends();
    tell("person", abe);
    await vi.waitFor(() => expect(names()).toEqual(["zoe", "ben", "cleo"]));
    expect(asked).toEqual([null, "ben", null, "ben"]);
  });

  test("is read where that was told while it was read", async () => {
    const { feed, join, tell } = start([page([])]);
    const isTold = Promise.withResolvers<void>();
    const asked = answer([[ben], null, isTold.promise], [[abe, ben], null]);
    join(9);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    tell("person", abe);
    isTold.resolve();
    await vi.waitFor(() => expect(feed.state.people.friends.map(({ id }) => id)).toEqual(["zoe", "ben"]));
  });
});
