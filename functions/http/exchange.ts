import type { Session, SessionData } from "express-session";
import type { UserRecord } from "../../shared/models/user.ts";
import type { SessionRecord } from "../../shared/session/record.ts";
import type { SessionStore } from "../../shared/session/store.ts";

export type LiveSession = Session & Partial<SessionData> & { passport?: { user?: string }; lastModified?: Date };
type Done = (error?: unknown) => void;

/**
 * What express-session's and passport's own classes take for a request: the few fields they touch, and no Node request.
 */
export class Exchange {
  /** Credentials for passport-local, which looks for them here. */
  body: object | undefined;
  sessionID = "";
  session: LiveSession | undefined;
  sessionStore: SessionStore;
  /** The stored record that `session` was made from; undefined for a new one. */
  record: SessionRecord | undefined;
  /** Whether this use of the session will be written, and so move its end. */
  isTouchDue = false;
  user: UserRecord | undefined;
  /** Told of every session that takes the place of an earlier one. */
  readonly onSession: (session: LiveSession) => void;
  declare logIn: (user: UserRecord, done: Done) => void;
  declare logOut: (done: Done) => void;

  constructor(sessionStore: SessionStore, onSession: (session: LiveSession) => void) {
    this.sessionStore = sessionStore;
    this.onSession = onSession;
  }
}

/** Awaits one callback of express-session or passport. */
export function settled(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}
