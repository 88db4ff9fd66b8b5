import type { Comment, Removal } from "../../../../shared/contracts/comments.ts";
import { type Api, isUnauthenticated } from "./api.ts";
import { persist } from "./backoff.ts";
import { readMissed } from "./catch-up.ts";
import { emptyList, replaced, withComments, withoutAuthor, withRemovals } from "./feed-list.ts";

export interface TimelineOptions {
  api: Pick<Api, "comments">;
  random: () => number;
  changed: () => void;
  /** The API says that nobody is signed in. */
  refused: () => void;
}

export type Timeline = ReturnType<typeof createTimeline>;

/** The comments on the screen, kept whole over lost connections. */
export function createTimeline({ api, random, changed, refused }: TimelineOptions) {
  let list = emptyList;
  let older: string | null = null;
  let isLive = false;
  let isLoaded = false;
  /** The stream's time at which the socket joined. */
  let joinedAt: string | undefined;
  /**
   * All up to here is known. Only what the socket tells while live moves it, and a finished catch-up: one's own comment
   * as the API answers it says nothing about what a dead socket has missed before it, nor does half a catch-up.
   */
  let known: string | undefined;
  let heard = "";
  /** What the socket tells during a catch-up, in case that brings a list anew. */
  let arrivals: Comment[] = [];
  /** No friends any more since this connection began: a page read before that must not bring them back. */
  const strangers = new Set<string>();
  let run = 0;
  let generation = 0;

  const ofFriends = (comments: readonly Comment[]) => comments.filter(({ author }) => !strangers.has(author.id));

  async function catchUp(time: string): Promise<void> {
    run += 1;
    const mine = run;
    isLive = false;
    changed();
    const missed = await persist(() => readMissed(api, known, time), {
      isWanted: () => mine === run,
      isFinal: isUnauthenticated,
      random,
    }).catch(refused);
    if (!missed) return;

    const comments = ofFriends([...missed.comments, ...arrivals]);
    list = withRemovals(missed.isAnew ? replaced(list, comments) : withComments(list, comments), missed.removed);
    if (missed.isAnew) {
      older = missed.next;
      generation += 1;
    }
    known = later(later(known, time), heard);
    arrivals = [];
    isLive = true;
    isLoaded = true;
    changed();
  }

  function hear(position: string): void {
    heard = later(heard, position);
    if (isLive) known = later(known, heard);
  }

  /** Something may be missing: reads anew, now or when the socket joins. */
  function reload(): void {
    known = undefined;
    if (joinedAt !== undefined) void catchUp(joinedAt);
  }

  function add(comment: Comment): boolean {
    if (strangers.has(comment.author.id)) return false;
    if (!isLive) arrivals.push(comment);
    const before = list;
    list = withComments(list, [comment]);
    if (list === before) return false;
    changed();
    return true;
  }

  return {
    get state() {
      return { comments: list.comments, hasOlder: older !== null, isLive, isLoaded };
    },

    /** The socket has joined at this time of its stream: catches up to it. */
    join(time: string): void {
      joinedAt = time;
      strangers.clear();
      void catchUp(time);
    },

    /** The socket is gone: what was heard during an unfinished catch-up has to be caught up on again. */
    leave(): void {
      run += 1;
      joinedAt = undefined;
      isLive = false;
      heard = "";
      arrivals = [];
    },

    reload,

    /** A friendship changed at this time of the stream: what is read from here on must not be older. */
    advance(time: string): void {
      if (joinedAt !== undefined) joinedAt = later(joinedAt, time);
    },

    /** Forgets everything, untold: it was somebody else's. */
    reset(): void {
      run += 1;
      generation += 1;
      list = emptyList;
      older = null;
      known = undefined;
      heard = "";
      arrivals = [];
      isLive = false;
      isLoaded = false;
    },

    /** A comment from the socket; true when it is new here. */
    hearComment(comment: Comment): boolean {
      hear(comment.position);
      return add(comment);
    },

    hearRemoval(removal: Removal): void {
      hear(removal.position);
      list = withRemovals(list, [removal]);
      changed();
    },

    /** A comment as the API answers it. */
    add,

    remove(id: string): void {
      list = withRemovals(list, [{ id }]);
      changed();
    },

    dropAuthor(id: string): void {
      strangers.add(id);
      list = withoutAuthor(list, id);
      changed();
    },

    /** A new friend, whose earlier comments belong here too. */
    welcomeAuthor(id: string): void {
      strangers.delete(id);
      reload();
    },

    /** Adds a page of older comments. */
    async loadOlder(): Promise<void> {
      const [before, mine] = [older, generation];
      if (before === null) return;
      const page = await api.comments({ before });
      if (mine !== generation || older !== before) return;
      older = page.next;
      list = withComments(list, ofFriends(page.comments));
      changed();
    },
  };
}

function later(a: string | undefined, b: string): string {
  return a !== undefined && a > b ? a : b;
}
