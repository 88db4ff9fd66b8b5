import type { ClientSession } from "mongodb";
import type { Person } from "../../shared/contracts/people.ts";
import { wantsOf } from "../../shared/friends/queries.ts";
import { idsOf, stateFor } from "../../shared/friends/state.ts";
import type { FriendshipModel } from "../../shared/models/friendship.ts";
import { type Io, sendToUsers } from "./rooms.ts";

export interface Friendships {
  /** Who wants to be friends, by pair. */
  wants: ReadonlyMap<string, string[]>;
  /** Everybody in these pairs. */
  ids: string[];
}

/** The pairs as they are now: an event only names its pair. */
export async function readFriendships(
  friendships: FriendshipModel,
  pairs: ReadonlySet<string>,
  session: ClientSession,
): Promise<Friendships> {
  if (pairs.size === 0) return { wants: new Map(), ids: [] };
  return { wants: await wantsOf(friendships, [...pairs], session), ids: [...pairs].flatMap(idsOf) };
}

/** A person who is gone: whose id it was is all that there is to know. */
function formerPerson(id: string): Person {
  return { id, username: "deleted", firstName: "Deleted", lastName: "account" };
}

/** A changed pair, to both sides, each as it sees it. That there is none any more is told of who is gone, too. */
export function deliverFriendship(
  io: Io,
  pair: string,
  known: { friendships: Friendships; people: ReadonlyMap<string, Person> },
): void {
  const wants = known.friendships.wants.get(pair) ?? [];
  const [low, high] = idsOf(pair);
  for (const [me, other] of [
    [low, high],
    [high, low],
  ] as const) {
    const state = stateFor(me, other, wants);
    const person = known.people.get(other) ?? (state === "none" ? formerPerson(other) : undefined);
    if (person) sendToUsers(io, [me], "friend", { person, state });
  }
}
