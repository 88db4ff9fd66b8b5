import { type EndReason, events } from "../../shared/contracts/events.ts";
import type { Log } from "../../shared/log.ts";
import type { OutboxRecord } from "../../shared/models/outbox.ts";
import { type Io, sendToRooms, sendToUsers, sessionRoom } from "./rooms.ts";

type Message = Pick<OutboxRecord, "to" | "event" | "payload">;

/** The user whose friends a message is for, if it is for friends. */
export function friendsNamedIn({ to }: Message): string[] {
  return "friendsOf" in to ? [to.friendsOf] : [];
}

/** The session that is about to end, by its stored key, and why, if a message says that. */
export function announcedEnd({ to, event, payload }: Message): { key: string; reason: EndReason } | undefined {
  if (event !== "session" || !("session" in to)) return undefined;
  const parsed = events.session.safeParse(payload);
  return parsed.data?.state === "ended" ? { key: to.session, reason: parsed.data.reason } : undefined;
}

/** What `notify` wrote, to those it names. What does not fit the contract of events goes nowhere. */
export function deliverMessage(
  io: Io,
  message: Message,
  known: { friends: ReadonlyMap<string, ReadonlySet<string>> },
  log: Log,
): void {
  const { to, event, payload } = message;
  // Its sockets hear of it when the record is gone, and not of an end that then failed to come.
  if (announcedEnd(message)) return;
  const schema = Object.hasOwn(events, event) ? events[event as keyof typeof events] : undefined;
  const parsed = schema?.safeParse(payload);
  if (!parsed?.success) {
    log.error({ event }, "a message of the outbox does not fit the contract; it was not delivered");
    return;
  }
  if ("session" in to) sendToRooms(io, [sessionRoom(to.session)], event as never, parsed.data as never);
  else
    sendToUsers(
      io,
      "user" in to ? [to.user] : (known.friends.get(to.friendsOf) ?? []),
      event as never,
      parsed.data as never,
    );
}
