import type { Api } from "./api.ts";

/**
 * One's own name, sessions, password and account. `ask` awaits a request as all others are awaited. What they change comes
 * back over the socket: another name as `person`, the end of this session as a connection that has ended.
 */
export function createAccount(api: Api, ask: <Answer>(request: Promise<Answer>) => Promise<Answer>) {
  return {
    /** Gives back the person; what is not given stays. */
    rename: (names: { firstName?: string; lastName?: string }) => ask(api.rename(names)),
    /** One's sessions that are alive, the last used first. */
    sessions: () => ask(api.sessions()),
    /** Ends one of one's own; where it is this one, that is to sign out. */
    endSession: (id: string) => ask(api.endSession(id)),
    endOtherSessions: () => ask(api.endOtherSessions()),
    /** Ends all other sessions. This one gets a new id, so the socket is joined anew. */
    changePassword: (current: string, next: string) => ask(api.changePassword(current, next)),
    /** The account goes with everything of it, and this session. */
    deleteAccount: (password: string) => ask(api.deleteAccount(password)),
  };
}
