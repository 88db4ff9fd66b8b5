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

/** Every event a socket can receive, by name, with what it says to who reads the API's page. Clients send none. */
export const events = {
  me: z
    .object({ user: person, session: sessionTimes, time: position })
    .describe("Who this socket is, and the `time` of the stream from which it hears everything."),
  comment: comment.describe("Somebody commented: a friend, or this person, here or elsewhere."),
  commentRemoved: removal.describe(
    "A comment is gone. The removal has a `position` of its own, so that catching up meets it.",
  ),
  person: person.describe("A friend, or this person, is called this from now on."),
  friend: friendship
    .extend({ time: position.optional() })
    .describe(
      "A pair changed, as this side sees it, as of `time` of the stream: what is read because of it must not be older. A node may not say it.",
    ),
  notice: notice.describe("A word to this person. It comes at most once, to whoever is connected."),
  session: z
    .discriminatedUnion("state", [
      z.object({ state: z.literal("ended"), at: z.iso.datetime(), reason: endReason }),
      z.object({ state: z.literal("expiring"), at: z.iso.datetime(), reason: z.enum(["idle", "absolute"]) }),
    ])
    .describe(
      "`expiring`: the session ends at `at`, for not being used (`idle`) or for its age (`absolute`). `ended`: it has, and the socket is closed after this.",
    ),
  presence: z
    .object({ id: userId, online: z.boolean() })
    .describe("A friend came (has a socket on any node), or went. It may say again what is known already."),
  resync: z
    .object({ reason: z.string(), time: position, afterMs: z.int().min(0) })
    .describe(
      "Something may have been missed: load anew, as of `time`, from which on the socket hears everything again, in so many milliseconds. What was known before is known no more from now on.",
    ),
  drain: z
    .object({ afterMs: z.int().min(0) })
    .describe("This node is about to close: connect anew, to another one, in so many milliseconds."),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<Name extends EventName> = z.infer<(typeof events)[Name]>;
/** socket.io's map of events from the server. */
export type ServerEvents = { [Name in EventName]: (payload: EventPayload<Name>) => void };
export type ClientEvents = Record<string, never>;
