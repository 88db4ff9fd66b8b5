import type { Comment, Removal } from "../../../../shared/contracts/comments.ts";
import { limits } from "../../../../shared/contracts/limits.ts";
import { emptyList, replaced, shortened, withComments, withoutAuthor, withRemovals } from "./feed-list.ts";
import { type Names, withNames } from "./names.ts";
import { positionIn } from "./position.ts";

/** Comments kept without being asked for: beyond, the oldest go, and can be asked for again. */
export const commentsKept = 5_000;

/** The newest part of the feed, whole from its oldest comment on. */
export function createShown() {
  let list = emptyList;
  /** Everything from here on is in the list, and asked for by this is what comes before; null where nothing does. */
  let older: string | null = null;
  let capacity = commentsKept;
  /** No friends any more since this connection began: a page read before that must not bring them back. */
  const strangers = new Set<string>();

  const fitting = (comments: readonly Comment[]) =>
    comments.filter(
      ({ author, position }) => !strangers.has(author.id) && (older === null || position >= positionIn(older)),
    );

  function shorten(): void {
    const whole = list;
    list = shortened(list, capacity);
    if (list !== whole) older = list.comments.at(-1)?.position ?? null;
  }

  return {
    get comments() {
      return list.comments;
    },
    get older() {
      return older;
    },

    /** Adds what belongs here; true when something of it is new. */
    add(comments: readonly Comment[]): boolean {
      const before = list;
      list = withComments(list, fitting(comments));
      if (list === before) return false;
      shorten();
      return true;
    },

    /** Calls the authors by their newest names. */
    rename(names: Pick<Names, "of">): void {
      list = { ...list, comments: withNames(list.comments, names) };
    },

    remove(removals: readonly Pick<Removal, "id">[]): void {
      list = withRemovals(list, removals);
    },

    dropAuthor(id: string): void {
      strangers.delete(id);
      strangers.add(id);
      const [first] = strangers;
      if (strangers.size > limits.friends && first !== undefined) strangers.delete(first);
      list = withoutAuthor(list, id);
    },

    readmit(id: string): void {
      strangers.delete(id);
    },

    /** What is read from now on is not older than what was heard of friends. */
    readmitAll(): void {
      strangers.clear();
    },

    /** Nothing but these, which are the newest down to `next`. */
    replace(comments: readonly Comment[], next: string | null): void {
      older = next;
      capacity = commentsKept;
      list = replaced(list, fitting(comments));
      shorten();
    },

    /** Adds a page that follows at `older`. */
    extend(comments: readonly Comment[], next: string | null): void {
      older = next;
      list = withComments(list, fitting(comments));
      // Who asks for these reads there: what comes above must not take them away.
      capacity = Math.max(capacity, list.comments.length);
    },

    /** Forgets everything: it was somebody else's. */
    clear(): void {
      list = emptyList;
      older = null;
      capacity = commentsKept;
    },
  };
}
