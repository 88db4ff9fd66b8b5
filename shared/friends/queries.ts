import type { ClientSession } from "mongodb";
import { Types } from "mongoose";
import type { FriendState } from "../contracts/friends.ts";
import { limits } from "../contracts/limits.ts";
import type { FriendshipModel } from "../models/friendship.ts";
import { within } from "../read-at.ts";
import { idsOf, stateFor } from "./state.ts";

const { ObjectId } = Types;

/** The friends of each of `users`, as ids; one query, whatever their number. */
export async function friendSets(
  friendships: FriendshipModel,
  users: readonly string[],
  session?: ClientSession,
): Promise<Map<string, Set<string>>> {
  const sets = new Map<string, Set<string>>(users.map((user) => [user, new Set()]));
  const pairs = friendships.collection.find(
    { users: { $in: users.map((user) => new ObjectId(user)) }, wants: { $size: 2 } },
    { projection: { users: 1 }, ...within(session) },
  );
  for await (const { users: both } of pairs) {
    const [low, high] = (both as Types.ObjectId[]).map((id) => id.toHexString()) as [string, string];
    sets.get(low)?.add(high);
    sets.get(high)?.add(low);
  }
  return sets;
}

/** The friends of one user, as ids. */
export async function friendsOf(
  friendships: FriendshipModel,
  user: string,
  session?: ClientSession,
): Promise<Set<string>> {
  const sets = await friendSets(friendships, [user], session);
  return sets.get(user) as Set<string>;
}

/** Who wants to be friends in each of the pairs; a pair that never was has nobody. */
export async function wantsOf(
  friendships: FriendshipModel,
  pairs: readonly string[],
  session?: ClientSession,
): Promise<Map<string, string[]>> {
  const found = await friendships.collection.find({ _id: { $in: pairs as never[] } }, within(session)).toArray();
  const wants = new Map<string, string[]>(pairs.map((pair) => [pair, []]));
  for (const pair of found) {
    wants.set(
      String(pair._id),
      ((pair.wants ?? []) as Types.ObjectId[]).map((id) => id.toHexString()),
    );
  }
  return wants;
}

/** All pairs of a user by the state that this user sees, as ids of the other side. */
export async function pairIdsOf(
  friendships: FriendshipModel,
  user: string,
): Promise<{ friends: string[]; incoming: string[]; outgoing: string[] }> {
  const ids: Record<FriendState, string[]> = { friends: [], incoming: [], outgoing: [], none: [] };
  const pairs = friendships.collection.find({ users: new ObjectId(user), wants: { $ne: [] as never } });
  for await (const pair of pairs) {
    const [low, high] = idsOf(String(pair._id));
    const other = low === user ? high : low;
    const wants = (pair.wants as Types.ObjectId[]).map((id) => id.toHexString());
    ids[stateFor(user, other, wants)].push(other);
  }
  return ids;
}

/** Whether a user has as many friends as one person can have. */
export async function hasAllFriends(friendships: FriendshipModel, user: string): Promise<boolean> {
  const count = await friendships.collection.countDocuments(
    { users: new ObjectId(user), wants: { $size: 2 } },
    { limit: limits.friends },
  );
  return count >= limits.friends;
}

/** Whether as many requests of a user are open as one person can have. */
export async function hasAllOpenRequests(friendships: FriendshipModel, user: string): Promise<boolean> {
  const id = new ObjectId(user);
  const count = await friendships.collection.countDocuments({ users: id, wants: [id] }, { limit: limits.openRequests });
  return count >= limits.openRequests;
}
