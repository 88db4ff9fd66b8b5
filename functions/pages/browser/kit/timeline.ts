import type { Comment, Removal } from "../../../../shared/contracts/comments.ts";
import { isUnauthenticated } from "./api.ts";
import { createArrivals } from "./arrivals.ts";
import { persist } from "./backoff.ts";
import { readNewest, readOn } from "./catch-up.ts";
import { createKnown } from "./known.ts";
import type { PartOptions } from "./parts.ts";
import { later } from "./position.ts";
import { commentsKept, createShown } from "./shown.ts";

export interface TimelineOptions extends PartOptions<"comments"> {
  /** The socket told more than is kept, while the API does not answer: it has to be joined anew. */
  overtaken: () => void;
}

/** The comments on the screen, kept whole over lost connections. */
export function createTimeline({ api, names, random, changed, refused, overtaken }: TimelineOptions) {
  const shown = createShown();
  let progress: "catching up" | "reloading" | "live" = "catching up";
  let isLoaded = false;
  let isJoined = false;
  /** The stream's time after which the socket tells everything; no read is older, also while it is away. */
  let time: string | undefined;
  const known = createKnown();
  const arrivals = createArrivals();
  /** The catch-up under way only reads what is shown once more, for a new friend: nothing else is missing. */
  let isWelcome = false;
  let run = 0;
  let generation = 0;
  /** All comments up to here were asked for when the list was last read anew. */
  let readAnewTo = "";

  async function catchUp(to: string, welcomes = false): Promise<void> {
    run += 1;
    const mine = run;
    const caughtUp = known.begin();
    isWelcome = welcomes;
    proceed(isLoaded && !welcomes && !known.place ? "reloading" : "catching up");

    const isWanted = () => mine === run;
    const read = () => {
      const reach = { time: to, oldest: shown.comments.at(-1)?.position, most: commentsKept };
      if (welcomes) return readNewest(api, { ...reach, time: later(to, known.heard) });
      const { place } = known;
      if (!place) return readNewest(api, reach);
      return readOn(api, place, reach, () => isWanted() && proceed("reloading"));
    };
    const answer = await persist(read, { isWanted, isFinal: isUnauthenticated, random }).catch(refused);
    if (!answer) return;

    names.learn(answer.comments.map(({ author }) => author));
    if ("next" in answer) {
      shown.replace([...(welcomes ? shown.comments : arrivals.comments), ...answer.comments], answer.next);
      generation += 1;
      if (!welcomes) readAnewTo = to;
    } else {
      shown.add(answer.comments);
      shown.remove(answer.removed);
    }
    shown.rename(names);
    caughtUp(to, "next" in answer && !welcomes ? answer : undefined);
    arrivals.clear();
    isWelcome = false;
    isLoaded = true;
    proceed("live");
  }

  function proceed(to: typeof progress): void {
    progress = to;
    changed();
  }

  const hear = (position: string) => known.hear(position, progress === "live");

  function add(comment: Comment): boolean {
    if (isJoined && progress !== "live") arrivals.add(comment);
    if (!shown.add([comment])) return false;
    changed();
    return true;
  }

  return {
    get state() {
      return { comments: shown.comments, hasOlder: shown.older !== null, progress, isLoaded };
    },

    /** The socket has joined at this time of its stream: catches up to it. */
    join(joinedAt: string): void {
      isJoined = true;
      time = joinedAt;
      shown.readmitAll();
      void catchUp(joinedAt);
    },

    /** The socket is gone: what was heard during an unfinished catch-up has to be caught up on again. */
    leave(): void {
      // Who has become a friend after all that is known may be none any more when this is back.
      if (arrivals.hasNewAuthor(shown.comments)) known.friendshipChanged();
      run += 1;
      isWelcome = false;
      isJoined = false;
      progress = "catching up";
      known.leave();
      arrivals.clear();
    },

    /** Before this time of the stream something may have been missed (a node that does not say: before it was joined). */
    resync(from: string | undefined, afterMs = 0): void {
      run += 1;
      isWelcome = false;
      time = from ?? time;
      known.forget();
      arrivals.clear();
      // Who became a friend meanwhile was not told of.
      if (from !== undefined) shown.readmitAll();
      if (!isJoined) return;
      if (isLoaded) proceed("reloading");
      const mine = run;
      const read = () => void (mine === run && time !== undefined && catchUp(time));
      if (afterMs > 0) setTimeout(read, afterMs);
      else read();
    },

    /** A friendship changed at this time of the stream: what is read from here on must not be older. */
    advance(at: string): void {
      if (time !== undefined) time = later(time, at);
    },

    /** Forgets everything, untold: it was somebody else's. */
    reset(): void {
      run += 1;
      generation += 1;
      shown.clear();
      known.forget();
      known.leave();
      arrivals.clear();
      progress = "catching up";
      isLoaded = false;
    },

    /** A comment from the socket; true when it is new here. */
    hearComment(comment: Comment): boolean {
      hear(comment.position);
      const isNew = add(comment);
      if (arrivals.isOverflowing) overtaken();
      return isNew;
    },

    hearRemoval(removal: Removal): void {
      hear(removal.position);
      shown.remove([removal]);
      changed();
    },

    /** To be called as a comment is sent; what it gives back takes in the API's answer. */
    expectOwn() {
      const before = generation;
      return (comment: Comment) => {
        // The list would hold it if it had not been removed by then.
        if (generation !== before && comment.position <= readAnewTo) return;
        add({ ...comment, author: names.of(comment.author) });
      };
    },

    /** Calls everybody by their newest names, untold. */
    rename: () => shown.rename(names),

    remove(id: string): void {
      shown.remove([{ id }]);
      changed();
    },

    dropAuthor(id: string): void {
      known.friendshipChanged();
      arrivals.dropAuthor(id);
      shown.dropAuthor(id);
      changed();
    },

    /** A new friend, whose earlier comments belong here too. */
    welcomeAuthor(id: string): void {
      known.friendshipChanged();
      shown.readmit(id);
      if (isJoined && time !== undefined) void catchUp(time, progress === "live" || isWelcome);
    },

    /** Adds a page of older comments. */
    async loadOlder(): Promise<void> {
      const [before, mine] = [shown.older, generation];
      if (before === null) return;
      const page = await api.comments(time === undefined ? { before } : { before, time });
      if (mine !== generation || shown.older !== before) return;
      known.readOf(page.authorsTag);
      shown.extend(page.comments, page.next);
      shown.rename(names);
      changed();
    },
  };
}
