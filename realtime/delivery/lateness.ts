import type { Log } from "../../shared/log.ts";

/**
 * Notes that friendships were read as of later than the stream has come, as the server did not reach back so far: a new friend
 * may have been told a comment before the friendship, and somebody who is none any more not told one of before. Once they are
 * read at their time again, all that is shown has to be loaded anew.
 */
export function createLateness(log: Pick<Log, "warn">) {
  let isLate = false;

  return {
    /** To be told of each batch; gives back why everybody should load anew, where they should. */
    after(batch: { isExact: boolean; hasRead: boolean }): string | undefined {
      if (!batch.isExact) {
        if (!isLate)
          log.warn("the stream is further behind than the database reaches back: friends are read as of later");
        isLate = true;
        return undefined;
      }
      // Where nothing was read, nothing says how far it reaches.
      if (!isLate || !batch.hasRead) return undefined;
      isLate = false;
      return "friends were read as of later";
    },

    /** Everybody loads anew for another reason. */
    forget(): void {
      isLate = false;
    },
  };
}
