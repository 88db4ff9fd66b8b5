import type { Known } from "./catch-up.ts";
import { later } from "./position.ts";

/** What became of a catch-up. */
interface CaughtUp {
  /** The time of the stream to which it went. */
  to: string;
  /** It read the list anew, of the authors whom the API marks so; otherwise it went on, or only added a new friend's. */
  anew?: { authors: string | undefined };
  /** It kept what was shown, also of whoever is no friend any more by its time. */
  isWelcome?: boolean;
}

/** Keeps up to where the feed is known, and of whom, which is what a catch-up goes on from. */
export function createKnown() {
  /**
   * All up to here is known. Only what the socket tells while live moves it, and a finished catch-up: one's own comment
   * as the API answers it says nothing about what a dead socket has missed before it, nor does half a catch-up.
   */
  let position: string | undefined;
  /** Whose comments all these are, as the API marks it; unknown once the socket told of a change. */
  let authors: string | undefined;
  let friendshipChanges = 0;
  let heard = "";

  return {
    /** Undefined where all has to be read anew. */
    get place(): Known | undefined {
      return position === undefined || authors === undefined ? undefined : { position, authors };
    },
    /** The last that this socket has told. */
    get heard() {
      return heard;
    },

    hear(told: string, isLive: boolean): void {
      heard = later(heard, told);
      if (isLive) position = later(position, heard);
    },

    friendshipChanged(): void {
      friendshipChanges += 1;
      authors = undefined;
    },

    /** To be called as a catch-up begins; what it gives back takes in its end. */
    begin() {
      const before = friendshipChanges;
      return ({ to, anew, isWelcome = false }: CaughtUp): void => {
        // What is read anew may end before what was known: this node may be behind the one before.
        position = later(anew ? to : later(position, to), heard);
        if (anew) authors = before === friendshipChanges ? anew.authors : undefined;
        if (isWelcome) authors = undefined;
      };
    },

    /** A page of what is shown was read of these authors. */
    readOf(others: string | undefined): void {
      if (others !== authors) authors = undefined;
    },

    /** The socket is gone. */
    leave(): void {
      heard = "";
    },

    /** Nothing up to here is known. */
    forget(): void {
      position = undefined;
    },
  };
}
