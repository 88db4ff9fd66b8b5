import type { EndReason } from "../contracts/events.ts";
import type { OutboxModel } from "../models/outbox.ts";
import { notifyEach } from "../notify.ts";

/**
 * Says why sessions are about to end, by their stored keys: the end itself, a deleted record, tells no reason. To be
 * awaited before the records are deleted, so that every node's stream brings it first.
 */
export async function explainEnd(outbox: OutboxModel, keys: readonly string[], reason: EndReason): Promise<void> {
  const recipients = keys.map((session) => ({ session }));
  await notifyEach(outbox, recipients, "session", { state: "ended", at: new Date().toISOString(), reason });
}
