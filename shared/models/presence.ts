import type { Connection, Types } from "mongoose";
import { loadMongoose } from "../mongoose.ts";

/** That a user has sockets on a node. Who is online has one whose node is alive. */
export interface PresenceRecord {
  /** "<user>:<node>". */
  _id: string;
  user: Types.ObjectId;
  /** The node's `_id`. */
  node: string;
}

export function presenceModel(connection: Connection) {
  const { Schema } = loadMongoose();
  const schema = new Schema<PresenceRecord>(
    {
      _id: { type: String, required: true },
      user: { type: Schema.Types.ObjectId, required: true },
      node: { type: String, required: true },
    },
    { collection: "presence", versionKey: false },
  );
  schema.index({ user: 1 });
  schema.index({ node: 1 });

  return connection.model("Presence", schema);
}
export type PresenceModel = ReturnType<typeof presenceModel>;
