import type { UserRecord } from "./models/user.ts";

/** What Kith needs to know of a user. Only its own collection has a Kith hash to give along. */
export type KnownUser = Omit<UserRecord, "password"> & Partial<Pick<UserRecord, "password">>;

/**
 * Where users come from: Kith's own collection, unless an app that has one passes in another. `_id` is an ObjectId, as
 * it stands in friendships and comments.
 */
export interface UserDirectory {
  /** By the username as it was typed. */
  findByName(name: string): Promise<KnownUser | undefined>;
  /** By an id of 24 hexadecimal digits; asked for at every request and handshake. */
  findById(id: string): Promise<KnownUser | undefined>;
  /** Whether this is the user's password. `undefined` is nobody: false, after as long as a wrong password takes. */
  verify(user: KnownUser | undefined, password: string): Promise<boolean>;
}
