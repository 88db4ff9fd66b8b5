import { type Connection, Schema } from "mongoose";

/** What rate-limiter-flexible counts, in its own fields: attempts to sign in and to sign up, and changes of a name. */
export interface AttemptRecord {
  /** What is limited, as a hash: nobody's name or address stands in it. */
  key: string;
  points: number;
  expire: Date;
}

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

export function attemptModel(connection: Connection) {
  return connection.model("Attempt", schema);
}
export type AttemptModel = ReturnType<typeof attemptModel>;
