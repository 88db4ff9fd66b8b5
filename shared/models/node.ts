import type { Connection } from "mongoose";
import { loadMongoose } from "../mongoose.ts";

/** A realtime process. Its beat must come back to it through the change stream. */
export interface NodeRecord {
  _id: string;
  /** Which beat of this node it is. */
  count: number;
  /** Until when the node counts as alive, by the database server's clock. */
  lease: Date;
}

export function nodeModel(connection: Connection) {
  const { Schema } = loadMongoose();
  const schema = new Schema<NodeRecord>(
    {
      _id: { type: String, required: true },
      count: { type: Number, required: true },
      lease: { type: Date, required: true },
    },
    { collection: "nodes", versionKey: false },
  );
  // A day after its lease nobody asks about a dead node any more.
  schema.index({ lease: 1 }, { expireAfterSeconds: 86_400 });

  return connection.model("Node", schema);
}
export type NodeModel = ReturnType<typeof nodeModel>;
