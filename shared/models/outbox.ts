import type { Connection } from "mongoose";
import { loadMongoose } from "../mongoose.ts";

/** Whom a message reaches: every socket of a user, of a session (by its stored key), or of a user's friends. */
export type Recipient = { user: string } | { session: string } | { friendsOf: string };

export interface OutboxRecord {
  to: Recipient;
  event: string;
  payload: unknown;
  /** When the database may forget it; delivery does not depend on this. */
  expires: Date;
}

export function outboxModel(connection: Connection) {
  const { Schema } = loadMongoose();
  const schema = new Schema<OutboxRecord>(
    {
      to: { type: Schema.Types.Mixed, required: true },
      event: { type: String, required: true },
      payload: { type: Schema.Types.Mixed },
      expires: { type: Date, required: true },
    },
    { collection: "outbox", versionKey: false, minimize: false },
  );
  schema.index({ expires: 1 }, { expireAfterSeconds: 0 });

  return connection.model("Outbox", schema);
}
export type OutboxModel = ReturnType<typeof outboxModel>;
