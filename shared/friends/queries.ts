import type { ClientSession } from "mongodb";
import { Types } from "mongoose";
import type { FriendshipModel } from "../models/friendship.ts";

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
    { projection: { users: 1 }, ...(session ? { session } : {}) },
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
  const found = await friendships.collection
    .find({ _id: { $in: pairs as never[] } }, session ? { session } : {})
    .toArray();
  const wants = new Map<string, string[]>(pairs.map((pair) => [pair, []]));
  for (const pair of found) {
    wants.set(
      String(pair._id),
      (pair.wants as Types.ObjectId[]).map((id) => id.toHexString()),
    );
  }
  return wants;
}
