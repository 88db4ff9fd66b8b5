import type { Connection } from "mongoose";
import { loadMongoose } from "../mongoose.ts";

/** A realtime process. Its beat must come back to it through the change stream. */
export interface NodeRecord {
  _id: string;
  /** Which beat of this node it is. */
  count: number;
  /** Until when the node counts as alive, by the database server's clock, as are the other dates here. */
  lease: Date;
  since: Date;
  beatAt: Date;
  /** How it is as of this beat. */
  figures: NodeFigures;
  /** Found dead by another node: it stays so, whatever its lease says. */
  gone?: true;
}

/** What a node tells whoever runs it, the counters since it started. */
export interface NodeFigures {
  status: NodeStatus;
  sockets: number;
  users: number;
  /** Milliseconds since a change was last seen end to end; null before the first. */
  streamAge: number | null;
  /** How often its change stream was opened again, and how often all its sockets were told to load anew. */
  reopens: number;
  resyncs: number;
  /** Sockets cut as their client did not read. */
  cuts: number;
}

export type NodeStatus = "ready" | "not ready" | "draining";

/** Matches the nodes that are alive. */
export const isAlive = { gone: { $exists: false }, $expr: { $gt: ["$lease", "$$NOW"] } };

export function nodeModel(connection: Connection) {
  const { Schema } = loadMongoose();
  const schema = new Schema<NodeRecord>(
    {
      _id: { type: String, required: true },
      count: { type: Number, required: true },
      lease: { type: Date, required: true },
      since: { type: Date, required: true },
      beatAt: { type: Date, required: true },
      figures: { type: Schema.Types.Mixed, required: true },
      gone: { type: Boolean },
    },
    { collection: "nodes", versionKey: false },
  );
  // A day after its lease nobody asks about a dead node any more.
  schema.index({ lease: 1 }, { expireAfterSeconds: 86_400 });

  return connection.model("Node", schema);
}
export type NodeModel = ReturnType<typeof nodeModel>;
