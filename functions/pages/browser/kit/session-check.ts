import type { EndReason } from "../../../../shared/contracts/events.ts";
import { type Api, isUnauthenticated } from "./api.ts";
import { pauseAfter } from "./ending.ts";

export interface SessionCheckHooks {
  signedIn(userId: string): void;
  /** Nobody is signed in, and asking again is of no use. */
  ended(): void;
  /** The API does not answer. */
  unanswered(): void;
}

/** Asks the API whose session this is, for as long as `reason` leaves room for doubt about an end. */
export function createSessionCheck(session: Api["session"], reason: () => EndReason, hooks: SessionCheckHooks) {
  let run = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function ask(refusals: number): void {
    const mine = run;
    session().then(
      ({ user }) => {
        if (mine === run) hooks.signedIn(user.id);
      },
      (error) => {
        if (mine !== run) return;
        if (isUnauthenticated(error)) doubt(refusals + 1);
        else hooks.unanswered();
      },
    );
  }

  /** Nobody is signed in, or nobody yet. */
  function doubt(refusals: number): void {
    const pause = pauseAfter(refusals, reason());
    if (pause === undefined) hooks.ended();
    else timer = setTimeout(() => ask(refusals), pause);
  }

  function cancel(): void {
    run += 1;
    clearTimeout(timer);
  }

  return {
    /** One of the hooks is told the answer. */
    ask(): void {
      cancel();
      ask(0);
    },
    /** No answer counts any more. */
    cancel,
  };
}
