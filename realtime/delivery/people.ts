import type { ClientSession } from "mongodb";
import type { Person } from "../../shared/contracts/people.ts";
import { toPerson, type UserModel, type UserRecord } from "../../shared/models/user.ts";
import { within } from "../../shared/read-at.ts";

/** People by id, with one query. */
export async function readPeople(
  users: UserModel,
  ids: readonly string[],
  session: ClientSession,
): Promise<Map<string, Person>> {
  if (ids.length === 0) return new Map();
  const found = await users.find({ _id: { $in: [...new Set(ids)] } }, null, within(session)).lean<UserRecord[]>();
  return new Map(found.map((user) => [user._id.toHexString(), toPerson(user)]));
}
