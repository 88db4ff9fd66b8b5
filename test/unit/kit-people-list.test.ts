import { describe, expect, test } from "vitest";
import {
  noPeople,
  stateOf,
  withFriendship,
  withPage,
  withPresence,
} from "../../functions/pages/browser/kit/people-list.ts";
import type { Person } from "../../shared/contracts/people.ts";

function person(id: string, firstName: string, lastName = "Moreau"): Person {
  return { id, username: id, firstName, lastName };
}
const ada = person("1", "Ada");
const ben = person("2", "ben");
const zoe = person("3", "Zoe");
const friend = (of: Person, online = false) => ({ ...of, online });
const page = (friends: Person[], next: string | null = null) => ({
  friends: friends.map((each) => friend(each)),
  incoming: [],
  outgoing: [],
  blocked: [],
  next,
});

describe("the list of people", () => {
  test("moves a person from one group to another, and out", () => {
    const asked = withFriendship(noPeople, { person: ada, state: "incoming" });
    expect(stateOf(asked, ada.id)).toBe("incoming");
    const friends = withFriendship(asked, { person: ada, state: "friends" });
    expect(friends.incoming).toEqual([]);
    expect(stateOf(friends, ada.id)).toBe("friends");
    expect(withFriendship(friends, { person: ada, state: "none" })).toEqual(noPeople);
  });

  test("takes the same change twice", () => {
    const once = withFriendship(noPeople, { person: ada, state: "outgoing" });
    expect(withFriendship(once, { person: ada, state: "outgoing" })).toEqual(once);
  });

  test("is ordered by name without case", () => {
    const list = [zoe, ben, ada].reduce(
      (before, each) => withFriendship(before, { person: each, state: "friends" }),
      noPeople,
    );
    expect(list.friends).toEqual([friend(ada), friend(ben), friend(zoe)]);
  });

  test("takes further pages, which may hold who came by an event meanwhile", () => {
    const list = withFriendship(withPage(noPeople, page([ada], "more")), { person: zoe, state: "friends" });
    const more = withPage(list, page([ben, zoe]));
    expect(more.friends).toEqual([friend(ada), friend(ben), friend(zoe)]);
    expect(more.next).toBeNull();
  });

  test("says who of the friends is online, and keeps that as the friendship is told again", () => {
    const list = withPage(noPeople, page([ada, ben]));
    const heard = withPresence(
      list,
      new Map([
        [ada.id, true],
        [zoe.id, true],
      ]),
    );
    expect(heard.friends).toEqual([friend(ada, true), friend(ben)]);
    expect(withFriendship(heard, { person: ada, state: "friends" }).friends).toEqual([friend(ada, true), friend(ben)]);
    expect(withPresence(heard, new Map([[ada.id, false]])).friends).toEqual([friend(ada), friend(ben)]);
  });

  test("is the same one where nothing is news", () => {
    const list = withPage(noPeople, page([ada]));
    expect(
      withPresence(
        list,
        new Map([
          [zoe.id, true],
          [ada.id, false],
        ]),
      ),
    ).toBe(list);
  });

  test("does not say of who is no friend any more that they are online", () => {
    const list = withPresence(withPage(noPeople, page([ada])), new Map([[ada.id, true]]));
    const none = withFriendship(list, { person: ada, state: "incoming" });
    expect(none.incoming).toEqual([ada]);
    expect(withFriendship(none, { person: ada, state: "friends" }).friends).toEqual([friend(ada)]);
  });
});
