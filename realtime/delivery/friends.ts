import type { ClientSession } from "mongodb";
import type { Person } from "../../shared/contracts/people.ts";
import { readPairs } from "../../shared/friends/queries.ts";
import { idsOf, type Pair, stateFor } from "../../shared/friends/state.ts";
import type { FriendshipModel } from "../../shared/models/friendship.ts";
import type { Position } from "../../shared/position.ts";
import { type Io, sendToUsers } from "./rooms.ts";

export interface Friendships {
  /** By key. */
  pairs: ReadonlyMap<string, Pair>;
  /** Everybody in these pairs. */
  ids: string[];
}

/** The pairs as they are now: an event only names its pair. */
export async function readFriendships(
  friendships: FriendshipModel,
  pairs: ReadonlySet<string>,
  session: ClientSession,
): Promise<Friendships> {
  if (pairs.size === 0) return { pairs: new Map(), ids: [] };
  return { pairs: await readPairs(friendships, [...pairs], session), ids: [...pairs].flatMap(idsOf) };
}

/** A person who is gone: whose id it was is all that there is to know. */
function formerPerson(id: string): Person {
  return { id, username: "deleted", firstName: "Deleted", lastName: "account" };
}

/** A changed pair, to both sides, each as it sees it. That there is none any more is told of who is gone, too. */
export function deliverFriendship(
  io: Io,
  key: string,
  known: { friendships: Friendships; people: ReadonlyMap<string, Person>; time: Position },
): void {
  const pair = known.friendships.pairs.get(key) ?? { wants: [], blocks: [] };
  const [low, high] = idsOf(key);
  for (const [me, other] of [
    [low, high],
    [high, low],
  ] as const) {
    const state = stateFor(me, other, pair);
    const person = known.people.get(other) ?? (state === "none" ? formerPerson(other) : undefined);
    if (person) sendToUsers(io, [me], "friend", { person, state, time: known.time });
  }
}
