import type { Comment } from "../../../../shared/contracts/comments.ts";
import { limits } from "../../../../shared/contracts/limits.ts";

/** What the socket tells during a catch-up, in case that brings a list anew. */
export function createArrivals() {
  let list: Comment[] = [];

  return {
    get comments(): readonly Comment[] {
      return list;
    },
    /** More than what a socket may tell during one catch-up. */
    get isOverflowing() {
      return list.length > limits.catchUp.comments;
    },

    add(comment: Comment): void {
      list.push(comment);
    },

    dropAuthor(id: string): void {
      list = list.filter(({ author }) => author.id !== id);
    },

    clear(): void {
      list = [];
    },

    /** Whether somebody is an author here who has no other comment among those shown. */
    hasNewAuthor(shown: readonly Comment[]): boolean {
      const ids = new Set(list.map(({ id }) => id));
      const before = new Set(shown.filter(({ id }) => !ids.has(id)).map(({ author }) => author.id));
      return list.some(({ author }) => !before.has(author.id));
    },
  };
}
