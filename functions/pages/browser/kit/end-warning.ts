import type { SessionTimes } from "../../../../shared/contracts/accounts.ts";

/** A session that is about to end: for not being used, or for its age. */
export interface EndWarning {
  /** A time in milliseconds since 1970. */
  at: number;
  reason: "idle" | "absolute";
}

/** What the socket said of an end to come, for as long as it holds. */
export function createEndWarning(changed: () => void) {
  let state: EndWarning | undefined;

  function drop(): void {
    if (state === undefined) return;
    state = undefined;
    changed();
  }

  return {
    get state() {
      return state;
    },
    warn({ at, reason }: { at: string; reason: EndWarning["reason"] }): void {
      state = { at: Date.parse(at), reason };
      changed();
    },
    /** The session was used, which moves its end unless that comes with its age. */
    used(): void {
      if (state?.reason === "idle") drop();
    },
    /** The socket says anew until when the session lasts. */
    renewed({ expiresAt, endsAt }: SessionTimes): void {
      if (state && Date.parse(state.reason === "idle" ? expiresAt : endsAt) > state.at) drop();
    },
    /** Forgets, untold: it was somebody else's. */
    reset(): void {
      state = undefined;
    },
  };
}
