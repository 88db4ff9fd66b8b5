import { type EventPayload, events } from "../../shared/contracts/events.ts";
import type { Log } from "../../shared/log.ts";
import type { OutboxRecord } from "../../shared/models/outbox.ts";
import type { Connections } from "../revocation.ts";
import { type Io, sendToRooms, sendToUsers, sessionRoom } from "./rooms.ts";

type Message = Pick<OutboxRecord, "to" | "event" | "payload">;

/** The user whose friends a message is for, if it is for friends. */
export function friendsNamedIn({ to }: Message): string[] {
  return "friendsOf" in to ? [to.friendsOf] : [];
}

/** What `notify` wrote, to those it names. What does not fit the contract of events goes nowhere. */
export function deliverMessage(
  io: Io,
  { to, event, payload }: Message,
  known: { friends: ReadonlyMap<string, ReadonlySet<string>>; connections: Connections },
  log: Log,
): void {
  const schema = Object.hasOwn(events, event) ? events[event as keyof typeof events] : undefined;
  const parsed = schema?.safeParse(payload);
  if (!parsed?.success) {
    log.error({ event }, "a message of the outbox does not fit the contract; it was not delivered");
    return;
  }
  if (event === "session" && "session" in to) {
    // Its sockets hear of it when the record is gone, and not of an end that then failed to come.
    const told = parsed.data as EventPayload<"session">;
    if (told.state === "ended") known.connections.explain(to.session, told.reason);
  } else if ("session" in to) sendToRooms(io, [sessionRoom(to.session)], event as never, parsed.data as never);
  else
    sendToUsers(
      io,
      "user" in to ? [to.user] : (known.friends.get(to.friendsOf) ?? []),
      event as never,
      parsed.data as never,
    );
}
