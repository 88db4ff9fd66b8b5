import type { Person } from "../../shared/contracts/people.ts";
import type { Change } from "../changes/change.ts";
import { type Io, sendToUsers } from "./rooms.ts";

/** Who has another name by these changes: their friends are to be told. */
export function renamedIn(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => (change.kind === "person" && change.isRenamed ? change.id : []));
}

/** What somebody is called now, to their own sockets and their friends'. */
export function deliverRename(
  io: Io,
  id: string,
  known: { friends: ReadonlyMap<string, ReadonlySet<string>>; people: ReadonlyMap<string, Person> },
): void {
  const person = known.people.get(id);
  if (person) sendToUsers(io, [id, ...(known.friends.get(id) ?? [])], "person", person);
}
