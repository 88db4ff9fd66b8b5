import type { SessionData } from "express-session";

/** A stored session: express-session's data, and what stands beside it in connect-mongo's document. */
export interface SessionRecord {
  /** The stored `_id`, under which its end is announced. */
  key: string;
  data: SessionData;
  expires: Date | undefined;
  /** Whose session it was when it was read. */
  user: string | undefined;
  /** When its user signed in. */
  since: Date | undefined;
}

export interface Lifetimes {
  idle: number;
  absolute: number;
}

/** The id of the user that passport keeps in a session. */
export function userIdOf(data: object): string | undefined {
  const passport = (data as { passport?: { user?: unknown } }).passport;
  return typeof passport?.user === "string" ? passport.user : undefined;
}

/**
 * When a session ends if nothing is done with it (`expiresAt`) and whatever is done with it (`endsAt`). Read from the
 * stored `expires` and `since`: the copy of `expires` inside the session goes stale on touch.
 */
export function endsOf(record: Partial<Pick<SessionRecord, "expires" | "since">>, lifetimes: Lifetimes, now: Date) {
  const endsAt = new Date((record.since ?? now).getTime() + lifetimes.absolute);
  const idleEnd = record.expires ?? new Date(now.getTime() + lifetimes.idle);
  return { expiresAt: idleEnd < endsAt ? idleEnd : endsAt, endsAt };
}

/**
 * When a record was last written. A neighbour's may not say: its end and its length, in milliseconds, then do; undefined
 * where it has not both.
 */
export function lastWriteOf(data: SessionData, expires: Date | undefined, length = data.cookie.originalMaxAge) {
  const { lastModified } = data as { lastModified?: Date };
  return lastModified ?? (expires && length ? new Date(expires.getTime() - length) : undefined);
}

export function isAlive(
  record: Partial<Pick<SessionRecord, "expires" | "since">>,
  lifetimes: Lifetimes,
  now: Date,
): boolean {
  return endsOf(record, lifetimes, now).expiresAt > now;
}

/**
 * How often its user's password had been changed when a session was made; undefined where a neighbour made it, who keeps
 * no count, or put another user into it.
 */
export function passwordChangesOf(session: object): number | undefined {
  const { madeWith } = session as { madeWith?: { user?: unknown; passwordChanges?: unknown } };
  const count = madeWith?.passwordChanges;
  return typeof count === "number" && madeWith?.user === userIdOf(session) ? count : undefined;
}

/**
 * Whether no password was changed since a session was made, as far as it says: such a session ends, whoever is to delete
 * it. One with more changes than the user has is newer than what was read of the user.
 */
export function isOfPassword(made: number | undefined, user: { passwordChanges?: number | undefined }): boolean {
  return made === undefined || made >= (user.passwordChanges ?? 0);
}

/** Whether a session still speaks for its user, who may be disabled, or have another password by now. */
export function speaksFor(
  made: number | undefined,
  user: { disabledAt?: Date | undefined; passwordChanges?: number | undefined },
): boolean {
  return !user.disabledAt && isOfPassword(made, user);
}
