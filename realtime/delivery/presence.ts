import { type Io, sendToUsers } from "./rooms.ts";

/** Whether a user is online, to the user's friends. */
export function deliverPresence(
  io: Io,
  id: string,
  known: { friends: ReadonlyMap<string, ReadonlySet<string>>; online: ReadonlySet<string> },
): void {
  sendToUsers(io, known.friends.get(id) ?? [], "presence", { id, online: known.online.has(id) });
}
