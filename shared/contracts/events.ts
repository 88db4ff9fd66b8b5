import { z } from "zod";
import { sessionTimes } from "./accounts.ts";
import { comment, position, removal } from "./comments.ts";
import { friendship } from "./friends.ts";
import { person, userId } from "./people.ts";

/** What `notify` can say; delivered at most once, to whoever is connected. */
export const notice = z.discriminatedUnion("kind", [z.object({ kind: z.literal("friendRequest"), from: person })]);
export type Notice = z.infer<typeof notice>;

/** Why a session ended. `replaced`: its browser is about to hold another one, after a sign-in or a changed password. */
export const endReason = z.enum([
  "signedOut",
  "replaced",
  "endedElsewhere",
  "passwordChanged",
  "accountDeleted",
  "accountDisabled",
  "expired",
  "unknown",
]);
export type EndReason = z.infer<typeof endReason>;

/** Every event a socket can receive, by name. Clients send none. */
export const events = {
  /** Who this socket is, and the time of the stream from which it hears everything. */
  me: z.object({ user: person, session: sessionTimes, time: position }),
  comment,
  commentRemoved: removal,
  /** Somebody on the screen, or oneself, is called this from now on. */
  person,
  /** As of `time` of the stream: what is read because of it must not be older. A node may not say it. */
  friend: friendship.extend({ time: position.optional() }),
  notice,
  /** `expiring`: it ends at `at`, for not being used (`idle`) or for its age (`absolute`). */
  session: z.discriminatedUnion("state", [
    z.object({ state: z.literal("ended"), at: z.iso.datetime(), reason: endReason }),
    z.object({ state: z.literal("expiring"), at: z.iso.datetime(), reason: z.enum(["idle", "absolute"]) }),
  ]),
  /** A friend came (has a socket on any node), or went. */
  presence: z.object({ id: userId, online: z.boolean() }),
  /**
   * Something may have been missed: load anew, as of `time`, from which on the socket hears everything again, in so many
   * milliseconds. What was known before is known no more from now on.
   */
  resync: z.object({ reason: z.string(), time: position, afterMs: z.int().min(0) }),
  /** This node is about to close: connect anew, to another one, in so many milliseconds. */
  drain: z.object({ afterMs: z.int().min(0) }),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<Name extends EventName> = z.infer<(typeof events)[Name]>;
/** socket.io's map of events from the server. */
export type ServerEvents = { [Name in EventName]: (payload: EventPayload<Name>) => void };
export type ClientEvents = Record<string, never>;
