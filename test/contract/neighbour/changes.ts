import type { Session, SessionData } from "express-session";

/** What a request asks to be done to the session, in this order. */
export interface Change {
  /** Adds one to a number, which starts at 0. */
  count?: string;
  set?: Record<string, unknown>;
  /** Sets what stands at a path of keys, making the objects on the way. */
  nest?: { path: string[]; value: unknown };
  remove?: string[];
  /** Fields of the cookie as they are; `expiresIn` sets its `expires`, in milliseconds from now. */
  cookie?: Record<string, unknown> & { expiresIn?: number };
  touch?: true;
}

export type AnySession = Session & Partial<SessionData> & Record<string, unknown>;

export function applyChange(session: AnySession, change: Change | undefined): void {
  const { count, set, nest, remove = [], cookie, touch } = change ?? {};
  if (count) session[count] = ((session[count] as number | undefined) ?? 0) + 1;
  Object.assign(session, set);
  if (nest) nestAt(session, nest.path, nest.value);
  for (const key of remove) delete session[key];
  if (cookie) {
    const { expiresIn, ...fields } = cookie;
    Object.assign(session.cookie, fields);
    if (expiresIn !== undefined) session.cookie.expires = new Date(Date.now() + expiresIn);
  }
  if (touch) session.touch();
}

function nestAt(target: Record<string, unknown>, [key = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  target[key] ??= {};
  nestAt(target[key] as Record<string, unknown>, rest, value);
}

/** Everything that a handler can see of the session. */
export function shown(seen: { session?: unknown; sessionID?: unknown; user?: unknown }): object {
  const { username } = (seen.user ?? {}) as { username?: string };
  return { id: seen.sessionID ?? null, user: username ?? null, session: seen.session ?? null };
}
