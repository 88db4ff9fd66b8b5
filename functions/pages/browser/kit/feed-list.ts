import type { Comment, Removal } from "../../../../shared/contracts/comments.ts";

/** More than a catch-up can hold: a removal that arrives before its comment is met by it. */
const removalsRemembered = 2_000;

/** The comments that are shown, and what has to be known to keep them right. */
export interface FeedList {
  /** Newest first, each once. */
  readonly comments: readonly Comment[];
  /** Ids whose comments must not come back, oldest first; bounded. */
  readonly removed: ReadonlySet<string>;
}

export const emptyList: FeedList = { comments: [], removed: new Set() };

/** The list with more comments: known ones and removed ones are left out. */
export function withComments(list: FeedList, added: readonly Comment[]): FeedList {
  const ids = new Set(list.comments.map(({ id }) => id));
  const fresh = added.filter(({ id }) => {
    if (ids.has(id) || list.removed.has(id)) return false;
    ids.add(id);
    return true;
  });
  if (fresh.length === 0) return list;
  return { ...list, comments: [...list.comments, ...fresh].sort(byNewest) };
}

/** The list without removed comments, also those that have not arrived yet. */
export function withRemovals(list: FeedList, removals: readonly Pick<Removal, "id">[]): FeedList {
  if (removals.length === 0) return list;
  const removed = new Set(list.removed);
  for (const { id } of removals) removed.delete(id);
  for (const { id } of removals) removed.add(id);
  const surplus = removed.size - removalsRemembered;
  return {
    comments: list.comments.filter(({ id }) => !removed.has(id)),
    removed: surplus > 0 ? new Set([...removed].slice(surplus)) : removed,
  };
}

/** The list without the comments of an author who is no longer a friend. */
export function withoutAuthor(list: FeedList, authorId: string): FeedList {
  return { ...list, comments: list.comments.filter(({ author }) => author.id !== authorId) };
}

/** A list of these comments alone that still knows what was removed. */
export function replaced(list: FeedList, comments: readonly Comment[]): FeedList {
  return withComments({ comments: [], removed: list.removed }, comments);
}

/** Positions are strings that sort in the order of the feed; ids only make the order of equals the same everywhere. */
function byNewest(a: Comment, b: Comment): number {
  if (a.position !== b.position) return a.position > b.position ? -1 : 1;
  return a.id > b.id ? -1 : 1;
}
