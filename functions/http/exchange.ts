import type { Session, SessionData, Store } from "express-session";
import type { Context } from "hono";
import type { UserRecord } from "../../shared/models/user.ts";
import type { SessionRecord } from "../../shared/session/record.ts";

export type LiveSession = Session & Partial<SessionData> & { passport?: { user?: string }; lastModified?: Date };
type Done = (error?: unknown) => void;

/**
 * What express-session's and passport's own classes take for a request: the few fields they touch, and no Node request.
 */
export class Exchange {
  readonly context: Context;
  /** Credentials for passport-local, which looks for them here. */
  body: object | undefined;
  sessionID = "";
  session: LiveSession | null | undefined;
  sessionStore: Store;
  /** The stored record that `session` was made from, where the store tells; undefined for a new one. */
  record: SessionRecord | undefined;
  /** Whether this use of the session will be written, and so move its end. */
  isTouchDue = false;
  user: UserRecord | undefined;
  declare logIn: (user: UserRecord, done: Done) => void;
  declare logOut: (done: Done) => void;

  constructor(context: Context, sessionStore: Store) {
    this.context = context;
    this.sessionStore = sessionStore;
  }
}

/** Awaits one callback of express-session or passport. */
export function settled(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}
