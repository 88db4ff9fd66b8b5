import type { Friend, FriendState, Friendship, FriendsPage } from "../../../../shared/contracts/friends.ts";
import type { Person } from "../../../../shared/contracts/people.ts";

/** Friends by name, as many pages of them as were asked for, and who asks, was asked or is blocked. */
export interface PeopleList {
  readonly friends: readonly Friend[];
  readonly incoming: readonly Person[];
  readonly outgoing: readonly Person[];
  /** Who is blocked by this person. */
  readonly blocked: readonly Person[];
  /** Where the next page of friends begins; null where there is none. */
  readonly next: string | null;
}

export const noPeople: PeopleList = { friends: [], incoming: [], outgoing: [], blocked: [], next: null };

const groups = ["friends", "incoming", "outgoing", "blocked"] as const;

/** How one stands with a person; undefined where the list does not say, which may be because it has more pages. */
export function stateOf(list: PeopleList, personId: string): Exclude<FriendState, "none"> | undefined {
  return groups.find((group) => list[group].some(({ id }) => id === personId));
}

/** The list after a change of one pair. */
export function withFriendship(list: PeopleList, { person, state }: Friendship): PeopleList {
  const without = <Kind extends Person>(people: readonly Kind[]) => people.filter(({ id }) => id !== person.id);
  const changed = {
    friends: without(list.friends),
    incoming: without(list.incoming),
    outgoing: without(list.outgoing),
    blocked: without(list.blocked),
    next: list.next,
  };
  // What is not known yet is told after this.
  const online = list.friends.find(({ id }) => id === person.id)?.online ?? false;
  if (state === "friends") changed.friends = [...changed.friends, { ...person, online }].sort(byName);
  else if (state !== "none") changed[state] = [...changed[state], person].sort(byName);
  return changed;
}

/** The list after what was told of who is online, by id; of who is not in it, it may be told before a page brings them. */
export function withPresence(list: PeopleList, heard: ReadonlyMap<string, boolean>): PeopleList {
  const isNews = ({ id, online }: Friend) => (heard.get(id) ?? online) !== online;
  if (!list.friends.some(isNews)) return list;
  return {
    ...list,
    friends: list.friends.map((friend) => (isNews(friend) ? { ...friend, online: !friend.online } : friend)),
  };
}

/** The list with a further page of friends. */
export function withPage(list: PeopleList, page: FriendsPage): PeopleList {
  const known = new Set(list.friends.map(({ id }) => id));
  const friends = [...list.friends, ...page.friends.filter(({ id }) => !known.has(id))].sort(byName);
  return { ...list, friends, next: page.next };
}

/** A person's first and last name. */
export function fullName(person: Pick<Person, "firstName" | "lastName">): string {
  return `${person.firstName} ${person.lastName}`;
}

/** The order of the API's pages. */
export function byName(a: Person, b: Person): number {
  const [first, second] = [sortName(a), sortName(b)];
  if (first !== second) return first < second ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function sortName(person: Person): string {
  return fullName(person).normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
