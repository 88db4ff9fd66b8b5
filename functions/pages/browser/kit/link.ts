import type { EndReason, EventPayload } from "../../../../shared/contracts/events.ts";
import { type Api, isUnauthenticated } from "./api.ts";
import { backoff } from "./backoff.ts";
import { knownReason, pauseAfter } from "./ending.ts";
import type { FeedSocket } from "./socket.ts";

/** A connection that lasted this long was a good one: the next try after it comes soon. */
const good = 10_000;
/** A node that says nothing for this long after a try began is left again. */
const joinTimeout = 15_000;
/** Between two questions for the session that follow from failed handshakes. */
const askAgainAfter = 3_000;

export type LinkState =
  | { state: "joined" }
  | { state: "connecting" }
  | { state: "ended"; reason: EndReason }
  /** `nextTry` is a time in milliseconds since 1970; undefined while a try is under way. */
  | { state: "offline"; nextTry: number | undefined };

export interface LinkHooks {
  changed(state: LinkState): void;
  /** The socket says who it is; all it hears from here on is heard by the kit. */
  joined(me: EventPayload<"me">): void;
  /** Who the session belongs to now: said before anything else that follows from it. */
  identified(userId: string): void;
}

export interface Link {
  start(): void;
  stop(): void;
  /** Does not wait for the next try: the network is back, or somebody looks. */
  retryNow(): void;
  /** Leaves the socket and asks whose session this is: to be called when something says that it ended. */
  recheck(): void;
}

/**
 * Keeps a socket joined. Browsers cannot see why a handshake failed, and a close by the server has a reason that only the
 * API knows, so both lead to GET /api/session: joined again as whoever is signed in, or ended.
 */
export function createLink(socket: FeedSocket, session: Api["session"], hooks: LinkHooks, random: () => number): Link {
  let phase: "idle" | "trying" | "joined" | "asking" | "waiting" | "ended" = "idle";
  let attempt = 0;
  /** Why the session ended, as the socket said it; kept until one is joined again. */
  let reason: EndReason = "unknown";
  /** Something said that the session ended: no node was lost, which others would be coming back to as well. */
  let isTold = false;
  let joinedAt: number | undefined;
  let answeredAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  socket.on("me", (me) => {
    if (phase !== "trying") return;
    phase = "joined";
    clearTimeout(timer);
    joinedAt = Date.now();
    reason = "unknown";
    isTold = false;
    hooks.identified(me.user.id);
    hooks.changed({ state: "joined" });
    hooks.joined(me);
  });
  socket.on("connect_error", () => {
    if (phase !== "trying") return;
    if (Date.now() - answeredAt < askAgainAfter) wait();
    else ask();
  });
  socket.on("disconnect", (reason) => {
    if (joinedAt !== undefined && Date.now() - joinedAt >= good) attempt = 0;
    joinedAt = undefined;
    if (phase !== "joined" && phase !== "trying") return;
    if (reason === "io server disconnect") ask();
    else wait();
  });
  socket.on("session", (told) => {
    if (told.state !== "ended") return;
    reason = knownReason(told.reason);
    recheck();
  });

  function attemptJoin(): void {
    phase = "trying";
    timer = setTimeout(() => {
      wait();
      socket.disconnect();
    }, joinTimeout);
    socket.connect();
  }

  function wait(): void {
    phase = "waiting";
    clearTimeout(timer);
    const delay = backoff(attempt, random);
    attempt += 1;
    timer = setTimeout(retryNow, delay);
    hooks.changed({ state: "offline", nextTry: Date.now() + delay });
  }

  function ask(): void {
    phase = "asking";
    clearTimeout(timer);
    hooks.changed({ state: "offline", nextTry: undefined });
    askAgain(0);
  }

  function askAgain(refusals: number): void {
    session().then(
      ({ user }) => {
        if (phase !== "asking") return;
        answeredAt = Date.now();
        hooks.identified(user.id);
        comeBack();
      },
      (error) => {
        if (phase !== "asking") return;
        if (isUnauthenticated(error)) doubt(refusals + 1);
        else wait();
      },
    );
  }

  /** Nobody is signed in, or nobody yet. */
  function doubt(refusals: number): void {
    const pause = pauseAfter(refusals, reason);
    if (pause !== undefined) {
      timer = setTimeout(() => askAgain(refusals), pause);
      return;
    }
    phase = "ended";
    hooks.changed({ state: "ended", reason });
  }

  /** At once where only this session ended; the answer may have been the old one's still, so only the first time. */
  function comeBack(): void {
    const isFirst = isTold && attempt === 0;
    if (!isFirst) {
      wait();
      return;
    }
    attempt = 1;
    attemptJoin();
  }

  function retryNow(): void {
    if (phase !== "waiting") return;
    clearTimeout(timer);
    hooks.changed({ state: "offline", nextTry: undefined });
    attemptJoin();
  }

  function recheck(): void {
    if (phase === "asking" || phase === "ended" || phase === "idle") return;
    isTold = true;
    // Before the socket is left, so that its `disconnect` finds the question asked already.
    ask();
    socket.disconnect();
  }

  return {
    start() {
      if (phase !== "idle") return;
      hooks.changed({ state: "connecting" });
      attemptJoin();
    },
    stop() {
      phase = "idle";
      clearTimeout(timer);
      socket.disconnect();
      hooks.changed({ state: "offline", nextTry: undefined });
    },
    retryNow,
    recheck,
  };
}
