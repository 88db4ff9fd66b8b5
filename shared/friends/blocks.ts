import { ObjectId } from "mongodb";
import { isDuplicateKey } from "../errors.ts";
import type { FriendshipModel } from "../models/friendship.ts";
import { toPair } from "./queries.ts";
import { idsOf, type Pair, pairOf } from "./state.ts";

/** Blocks the other one, which takes all wishes of the pair away, in one step. Done before, it changes nothing. */
export async function block(friendships: FriendshipModel, me: string, other: string): Promise<void> {
  const pair = pairOf(me, other);
  const unblocked = { _id: pair, blocks: { $ne: new ObjectId(me) } };
  const update = {
    $addToSet: { blocks: new ObjectId(me) },
    $set: { wants: [], blocksChanged: changedBy(me) },
    $setOnInsert: { users: idsOf(pair).map((id) => new ObjectId(id)) },
  };
  await friendships.updateOne(unblocked, update, { upsert: true }).catch((error) => {
    if (!isDuplicateKey(error)) throw error;
    // The pair is there by now; it is as asked for, or the other side has just made it.
    return friendships.updateOne(unblocked, update);
  });
}

/**
 * Takes one's own block back, in one step. A wish made meanwhile goes with it: it asked nobody, and is not to become a
 * request now. The pair after it; undefined, with nothing changed, where there was no such block.
 */
export async function unblock(friendships: FriendshipModel, me: string, other: string): Promise<Pair | undefined> {
  const record = await friendships
    .findOneAndUpdate(
      { _id: pairOf(me, other), blocks: new ObjectId(me) },
      { $pull: { blocks: new ObjectId(me) }, $set: { wants: [], blocksChanged: changedBy(me) } },
      { returnDocument: "after" },
    )
    .lean();
  return record ? toPair(record) : undefined;
}

function changedBy(me: string) {
  return { by: new ObjectId(me), id: new ObjectId() };
}
