import type { Known } from "./catch-up.ts";
import { later } from "./position.ts";

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

    /**
     * To be called as a catch-up begins; what it gives back takes in its end: to which time of the stream it went, and where it
     * read the list anew, of whom. One that went on, or only added a new friend's comments, says nothing new of the authors.
     */
    begin() {
      const before = friendshipChanges;
      return (to: string, anew?: { authors: string | undefined }): void => {
        // What is read anew may end before what was known: this node may be behind the one before.
        position = later(anew ? to : later(position, to), heard);
        if (anew) authors = before === friendshipChanges ? anew.authors : undefined;
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
