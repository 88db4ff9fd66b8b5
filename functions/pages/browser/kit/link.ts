import type { EndReason, EventPayload } from "../../../../shared/contracts/events.ts";
import type { Api } from "./api.ts";
import { backoff } from "./backoff.ts";
import { knownReason } from "./ending.ts";
import { createSessionCheck } from "./session-check.ts";
import { type SleepWatch, watchSleep } from "./sleep.ts";
import type { FeedSocket } from "./socket.ts";
import type { Away } from "./state.ts";

/** Within this time those who lost a node come to another one: a storm of them would be the next one's end. */
const returnSpread = 5_000;
/** A connection that lasted this long was a good one: the next try after it comes soon. */
const good = 10_000;
/** A node that says nothing for this long after a try began is left again. */
const joinTimeout = 15_000;
/** Between two questions for the session that follow from failed handshakes. */
const askAgainAfter = 3_000;

export type LinkState = Away | { state: "joined" };

export interface LinkHooks {
  changed(state: LinkState): void;
  /** The socket says who it is; all it hears from here on is heard by the kit. */
  joined(me: EventPayload<"me">): void;
  /** Who the session belongs to now: said before anything else that follows from it. */
  identified(userId: string): void;
}

/**
 * Keeps a socket joined. Browsers cannot see why a handshake failed, and a close by the server has a reason that only the
 * API knows, so both lead to GET /api/session: joined again as whoever is signed in, or ended.
 */
export function createLink(socket: FeedSocket, session: Api["session"], hooks: LinkHooks, random: () => number) {
  let phase: "idle" | "trying" | "joined" | "asking" | "waiting" | "ended" = "idle";
  let attempt = 0;
  /** Why the session ended, as the socket said it; kept until one is joined again. */
  let reason: EndReason = "unknown";
  /** Something said that the session ended: no node was lost, which others would be coming back to as well. */
  let isTold = false;
  /** The node said that it is about to close. */
  let isDraining = false;
  let joinedAt: number | undefined;
  /** When it was known for sure that the session lives. */
  let answeredAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sleep: SleepWatch | undefined;

  const check = createSessionCheck(session, () => reason, {
    signedIn(userId) {
      answeredAt = Date.now();
      hooks.identified(userId);
      // At once where only this session ended; the answer may have been the old one's still, so only the first time.
      if (isTold) joinAtOnce();
      else wait();
    },
    ended() {
      phase = "ended";
      sleep?.stop();
      hooks.changed({ state: "ended", reason });
    },
    unanswered: wait,
  });

  socket.on("heartbeat", () => sleep?.heard());
  socket.on("drain", ({ afterMs }) => {
    if (phase !== "joined" || isDraining) return;
    isDraining = true;
    timer = setTimeout(rejoin, afterMs);
  });
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
    if (reason === "io server disconnect" && !isDraining) ask();
    else wait();
  });
  socket.on("session", (told) => {
    if (told.state !== "ended") return;
    reason = knownReason(told.reason);
    recheck();
  });

  function attemptJoin(): void {
    phase = "trying";
    isDraining = false;
    sleep?.forget();
    timer = setTimeout(() => {
      wait();
      socket.disconnect();
    }, joinTimeout);
    socket.connect();
  }

  function wait(): void {
    phase = "waiting";
    clearTimeout(timer);
    const delay = backoff(attempt, random, returnSpread);
    attempt += 1;
    timer = setTimeout(tryNow, delay);
    hooks.changed({ state: "offline", nextTry: Date.now() + delay });
  }

  function ask(): void {
    phase = "asking";
    clearTimeout(timer);
    hooks.changed({ state: "offline", nextTry: undefined });
    check.ask();
  }

  /** No node was lost, so nobody else is on the way; where that happens again before a connection was good, waits. */
  function joinAtOnce(): void {
    if (attempt > 0) {
      wait();
      return;
    }
    attempt = 1;
    attemptJoin();
  }

  function rejoin(): void {
    if (phase !== "joined") return;
    clearTimeout(timer);
    // Before the socket is left, so that its `disconnect` is not taken for a loss.
    phase = "waiting";
    answeredAt = Date.now();
    socket.disconnect();
    hooks.changed({ state: "connecting" });
    joinAtOnce();
  }

  function tryNow(): void {
    if (phase !== "waiting") return;
    clearTimeout(timer);
    hooks.changed({ state: "offline", nextTry: undefined });
    attemptJoin();
  }

  function woke(): void {
    rejoin();
    tryNow();
  }

  function recheck(): void {
    if (phase === "asking" || phase === "ended" || phase === "idle") return;
    isTold = true;
    // Before the socket is left, so that its `disconnect` finds the question asked already.
    ask();
    socket.disconnect();
  }

  return {
    start(): void {
      if (phase !== "idle") return;
      sleep = watchSleep(woke);
      hooks.changed({ state: "connecting" });
      attemptJoin();
    },
    stop(): void {
      phase = "idle";
      check.cancel();
      sleep?.stop();
      clearTimeout(timer);
      socket.disconnect();
      hooks.changed({ state: "offline", nextTry: undefined });
    },
    /** The network is back, or somebody looks: waits neither for the next try nor for a silent node to be given up. */
    retryNow(): void {
      sleep?.look();
      if (sleep?.isSilent()) rejoin();
      tryNow();
    },
    /** Leaves the node and joins again at once: nothing says that the session ended. */
    rejoin,
    /** Leaves the node and asks whose session this is: to be called when something says that it ended. */
    recheck,
  };
}
