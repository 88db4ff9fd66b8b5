import type { EndReason } from "../contracts/events.ts";
import type { OutboxModel } from "../models/outbox.ts";

/** How long the reason waits for a node that is behind, in milliseconds. */
const keptFor = 60 * 60 * 1000;

/**
 * Says why sessions are about to end, by their stored keys: the end itself, a deleted record, tells no reason. To be
 * awaited before the records are deleted, so that every node's stream brings it first.
 */
export async function explainEnd(outbox: OutboxModel, keys: readonly string[], reason: EndReason): Promise<void> {
  if (keys.length === 0) return;
  const now = Date.now();
  const payload = { state: "ended", at: new Date(now).toISOString(), reason };
  const expires = new Date(now + keptFor);
  await outbox.collection.insertMany(
    keys.map((key) => ({ to: { session: key }, event: "session", payload, expires })) as never[],
  );
}
