import type { Comment } from "../../../../shared/contracts/comments.ts";
import type { EndReason, Notice } from "../../../../shared/contracts/events.ts";
import type { Person } from "../../../../shared/contracts/people.ts";
import type { EndWarning } from "./end-warning.ts";
import type { PeopleList } from "./people-list.ts";
import type { FeedSocket } from "./socket.ts";

/** Not joined to a realtime node. */
export type Away =
  /** For the first time, or from one node to another. */
  | { state: "connecting" }
  /** Nobody is signed in any more; nothing is tried again. */
  | { state: "ended"; reason: EndReason }
  /** `nextTry` is a time in milliseconds since 1970; undefined while a try is under way. */
  | { state: "offline"; nextTry: number | undefined };

export type Connection =
  | Away
  /**
   * `live`: the comments shown are whole, and new ones come. `catching up`: what was missed is being read. `reloading`: too
   * much may have been missed to go on from what is shown, and it is being read anew.
   */
  | { state: "catching up" | "reloading" | "live" };

/** What there is to show. Values that did not change stay the same objects. */
export interface FeedState {
  connection: Connection;
  /** Who the socket says one is; known only while it is connected. */
  me: Person | undefined;
  /** The session is about to end. */
  ending: EndWarning | undefined;
  /** Whose feed this is; stays while the socket is away. */
  ownerId: string | undefined;
  /** Newest first, each once: the newest 5,000 at most, and those that `loadOlder` added. */
  comments: readonly Comment[];
  /** There are older ones, for `loadOlder`. */
  hasOlder: boolean;
  /** False until the feed was read for the first time. */
  isLoaded: boolean;
  /** `isFailing`: the last try to read them failed, and is made again. */
  people: PeopleList & { isLoaded: boolean; isFailing: boolean };
}

export interface FeedOptions {
  /** The origin of the API. */
  api: string;
  /** The origin of the realtime node. */
  realtime: string;
  /** Makes a socket that is not connected yet, as `openSocket` does: outside of browsers with the cookie and the origin. */
  connect?: (url: string) => FeedSocket;
  /** Outside of browsers it sends the cookie and the origin. */
  fetch?: typeof globalThis.fetch;
  /** From 0 to 1, as Math.random: it spreads out tries. */
  random?: () => number;
  /** Something of the state is another now. */
  onChange: (state: FeedState) => void;
  /** A comment has just come over the socket, and is new here. */
  onComment?: (comment: Comment) => void;
  onNotice?: (notice: Notice) => void;
}
