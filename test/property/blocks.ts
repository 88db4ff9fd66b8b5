import { Types } from "mongoose";
import { idsOf, pairOf } from "../../shared/friends/state.ts";
import type { FriendshipModel } from "../../shared/models/friendship.ts";

/** Blocks somebody: no wish of before is left. */
export async function block(friendships: FriendshipModel, me: string, other: string): Promise<void> {
  const pair = pairOf(me, other);
  await friendships.collection.updateOne(
    { _id: pair as never },
    {
      $addToSet: { blocks: new Types.ObjectId(me) },
      $set: { wants: [] },
      $setOnInsert: { users: idsOf(pair).map((id) => new Types.ObjectId(id)) },
    } as never,
    { upsert: true },
  );
}

/** Takes one's block back; what was wished meanwhile asked nobody. */
export async function unblock(friendships: FriendshipModel, me: string, other: string): Promise<void> {
  const mine = new Types.ObjectId(me);
  await friendships.collection.updateOne({ _id: pairOf(me, other) as never, blocks: mine as never }, {
    $pull: { blocks: mine },
    $set: { wants: [] },
  } as never);
}
