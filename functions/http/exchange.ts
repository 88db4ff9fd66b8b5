import type { Session, SessionData } from "express-session";
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
  body: object | undefined = undefined;
  sessionID = "";
  session: LiveSession | null | undefined = undefined;
  sessionStore: unknown = undefined;
  /** The stored record that `session` was made from, where the store tells; undefined for a new one. */
  record: SessionRecord | undefined = undefined;
  /** Whether this use of the session will be written, and so move its end. */
  isTouchDue = false;
  /** The session's content as it was last written. */
  savedContent: string | undefined = undefined;
  /** What `c.get("session")` was last made to be by express-session's own methods. */
  shown: LiveSession | undefined = undefined;
  user: UserRecord | undefined = undefined;
  declare logIn: (user: UserRecord, done: Done) => void;
  declare logOut: (done: Done) => void;

  constructor(context: Context) {
    this.context = context;
  }

  /** Puts a session in the place of the earlier one, for handlers too. */
  show(session: LiveSession | undefined): void {
    this.session = session;
    this.shown = session;
    this.context.set("session", session);
  }
}

/** Awaits one callback of express-session or passport. */
export function settled(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}
