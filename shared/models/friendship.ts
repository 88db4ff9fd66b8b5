import type { Connection, Types } from "mongoose";
import { loadMongoose } from "../mongoose.ts";

/** One document a pair of people, changed atomically; what each side sees is derived (friends/state.ts). */
export interface FriendshipRecord {
  /** "<low>:<high>", the two ids in order. */
  _id: string;
  users: Types.ObjectId[];
  /** Who of the two wants to be friends. */
  wants: Types.ObjectId[];
  /** Who of the two blocks the other one; absent as long as nobody has. With a block no wish of before it is left. */
  blocks?: Types.ObjectId[];
  /** Who changed `blocks` last, under a fresh id: so each such change names who made it in the change stream, too. */
  blocksChanged?: { by: Types.ObjectId; id: Types.ObjectId };
}

/** The name of the index of those pairs alone in which both wish it: any number of people may ask one person. */
export const friendsIndex = "friends";

export function friendshipModel(connection: Connection) {
  const { Schema } = loadMongoose();
  const blocksChanged = new Schema(
    { by: Schema.Types.ObjectId, id: Schema.Types.ObjectId },
    { _id: false, id: false, versionKey: false },
  );
  const schema = new Schema<FriendshipRecord>(
    {
      _id: { type: String, required: true },
      users: { type: [Schema.Types.ObjectId], required: true },
      wants: { type: [Schema.Types.ObjectId], required: true },
      blocks: { type: [Schema.Types.ObjectId], default: undefined },
      blocksChanged: { type: blocksChanged, default: undefined },
    },
    { collection: "friendships", versionKey: false },
  );
  schema.index({ users: 1 });
  schema.index({ users: 1 }, { name: friendsIndex, partialFilterExpression: { "wants.1": { $exists: true } } });

  return connection.model("Friendship", schema);
}
export type FriendshipModel = ReturnType<typeof friendshipModel>;
