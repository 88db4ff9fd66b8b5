import type { Person } from "../../shared/contracts/people.ts";
import { readPairsAt } from "../../shared/friends/queries.ts";
import { idsOf, type Pair, stateFor } from "../../shared/friends/state.ts";
import type { FriendshipModel } from "../../shared/models/friendship.ts";
import type { Position } from "../../shared/position.ts";
import type { Instant } from "../../shared/read-at.ts";
import type { FriendshipChange } from "../changes/change.ts";
import { type Io, sendToUsers } from "./rooms.ts";

export interface Friendships {
  /** By key. */
  pairs: ReadonlyMap<string, Pair>;
  /** Everybody in these pairs. */
  ids: string[];
}

/** Everybody who is friends in one of these pairs. */
export function friendsIn({ pairs }: Friendships): string[] {
  return [...pairs].flatMap(([key, pair]) => {
    const [low, high] = idsOf(key);
    return stateFor(low, high, pair) === "friends" ? [low, high] : [];
  });
}

/**
 * The pairs at an instant: an event only names its pair. As late as the audience and not later, or whoever blocks a new
 * friend would hear of their comments without having heard of them.
 */
export async function readFriendships(
  friendships: FriendshipModel,
  pairs: ReadonlySet<string>,
  instant: Instant,
): Promise<Friendships> {
  if (pairs.size === 0) return { pairs: new Map(), ids: [] };
  return { pairs: await readPairsAt(friendships, [...pairs], instant), ids: [...pairs].flatMap(idsOf) };
}

/** A person who is gone: whose id it was is all that there is to know. */
function formerPerson(id: string): Person {
  return { id, username: "deleted", firstName: "Deleted", lastName: "account" };
}

/**
 * A changed pair, to the sides for which it changed, each as it sees it: a block is told to who made it, and to the other
 * one only as the wishes that it took away. Who blocks sees nothing of wishes. Friends are told whether the other one is
 * online, too. That there is none any more is told of who is gone.
 */
export function deliverFriendship(
  io: Io,
  change: FriendshipChange,
  known: {
    friendships: Friendships;
    people: ReadonlyMap<string, Person>;
    online: ReadonlySet<string>;
    time: Position;
  },
): void {
  const pair = known.friendships.pairs.get(change.pair) ?? { wants: [], blocks: [] };
  const [low, high] = idsOf(change.pair);
  for (const [me, other] of [
    [low, high],
    [high, low],
  ] as const) {
    const isTold = change.blocker === me || (change.wishes && !pair.blocks.includes(me));
    if (!isTold) continue;
    const state = stateFor(me, other, pair);
    const person = known.people.get(other) ?? (state === "none" ? formerPerson(other) : undefined);
    if (person) sendToUsers(io, [me], "friend", { person, state, time: known.time });
    if (state === "friends") sendToUsers(io, [me], "presence", { id: other, online: known.online.has(other) });
  }
}
