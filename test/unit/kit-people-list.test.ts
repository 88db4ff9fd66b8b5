import { describe, expect, test } from "vitest";
import { noPeople, stateOf, withFriendship, withPage } from "../../functions/pages/browser/kit/people-list.ts";
import type { Person } from "../../shared/contracts/people.ts";

function person(id: string, firstName: string, lastName = "Moreau"): Person {
  return { id, username: id, firstName, lastName };
}
const ada = person("1", "Ada");
const ben = person("2", "ben");
const zoe = person("3", "Zoe");
const page = (friends: Person[], next: string | null = null) => ({
  friends,
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
    expect(list.friends).toEqual([ada, ben, zoe]);
  });

  test("takes further pages, which may hold who came by an event meanwhile", () => {
    const list = withFriendship(withPage(noPeople, page([ada], "more")), { person: zoe, state: "friends" });
    const more = withPage(list, page([ben, zoe]));
    expect(more.friends).toEqual([ada, ben, zoe]);
    expect(more.next).toBeNull();
  });
});
