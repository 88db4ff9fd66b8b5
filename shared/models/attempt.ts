import type { Connection } from "mongoose";
import { loadMongoose } from "../mongoose.ts";

/** What rate-limiter-flexible counts, in its own fields: attempts to sign in and to sign up, and changes of a name. */
export interface AttemptRecord {
  /** What is limited, as a hash: nobody's name or address stands in it. */
  key: string;
  points: number;
  expire: Date;
}

export function attemptModel(connection: Connection) {
  const { Schema } = loadMongoose();
  const schema = new Schema<AttemptRecord>(
    {
      key: { type: String, required: true },
      points: { type: Number, required: true },
      expire: { type: Date, required: true },
    },
    { collection: "attempts", versionKey: false },
  );
  // Unique, or attempts at the same moment would be counted apart.
  schema.index({ key: 1 }, { unique: true });
  schema.index({ expire: 1 }, { expireAfterSeconds: 0 });

  return connection.model("Attempt", schema);
}
export type AttemptModel = ReturnType<typeof attemptModel>;
