import { type EventName, type EventPayload, events } from "./contracts/events.ts";
import type { OutboxModel, Recipient } from "./models/outbox.ts";

/** How long a message waits in the database for a node that is behind, in milliseconds. */
const keptFor = 60 * 60 * 1000;

/**
 * Says something to every socket of a user, of a session, or of a user's friends, wherever they are connected: the
 * message goes through the database. At most once, to whoever is connected; acknowledged when a majority has it, so a
 * function that exits at once still reaches them.
 */
export async function notify<Name extends EventName>(
  outbox: OutboxModel,
  to: Recipient,
  event: Name,
  payload: EventPayload<Name>,
): Promise<void> {
  await notifyEach(outbox, [to], event, payload);
}

/** notify, to several recipients with one write; to none, without any. */
export async function notifyEach<Name extends EventName>(
  outbox: OutboxModel,
  recipients: readonly Recipient[],
  event: Name,
  payload: EventPayload<Name>,
): Promise<void> {
  if (recipients.length === 0) return;
  const said = { event, payload: events[event].parse(payload), expires: new Date(Date.now() + keptFor) };
  await outbox.collection.insertMany(recipients.map((to) => ({ to, ...said })) as never[]);
}
