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
  let comments: Comment[] | undefined;
  for (const comment of added) {
    if (list.removed.has(comment.id)) continue;
    const place = placeOf(comment, comments ?? list.comments);
    if ((comments ?? list.comments)[place]?.id === comment.id) continue;
    comments ??= [...list.comments];
    comments.splice(place, 0, comment);
  }
  return comments ? { ...list, comments } : list;
}

/** The list without removed comments, also those that have not arrived yet. */
export function withRemovals(list: FeedList, removals: readonly Pick<Removal, "id">[]): FeedList {
  if (removals.length === 0) return list;
  const ids = new Set(removals.map(({ id }) => id));
  const removed = new Set(list.removed);
  for (const id of ids) {
    removed.delete(id);
    removed.add(id);
  }
  for (const oldest of removed) {
    if (removed.size <= removalsRemembered) break;
    removed.delete(oldest);
  }
  return { comments: without(list.comments, ({ id }) => ids.has(id)), removed };
}

/** The list without the comments of an author who is no longer a friend. */
export function withoutAuthor(list: FeedList, authorId: string): FeedList {
  return { ...list, comments: without(list.comments, ({ author }) => author.id === authorId) };
}

/** A list of these comments alone that still knows what was removed. */
export function replaced(list: FeedList, comments: readonly Comment[]): FeedList {
  return withComments({ comments: [], removed: list.removed }, comments);
}

/** The newest `count` comments, and whatever stands at the same position as the last of them. */
export function shortened(list: FeedList, count: number): FeedList {
  const last = list.comments[count - 1];
  if (last === undefined || list.comments.length === count) return list;
  let end = count;
  while (list.comments[end]?.position === last.position) end += 1;
  return end === list.comments.length ? list : { ...list, comments: list.comments.slice(0, end) };
}

/** Where a comment stands, or belongs, among comments that are newest first. */
function placeOf(comment: Comment, comments: readonly Comment[]): number {
  let [low, high] = [0, comments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isNewer(comments[middle] as Comment, comment)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Positions are strings that sort in the order of the feed; ids only make the order of equals the same everywhere. */
function isNewer(a: Comment, b: Comment): boolean {
  return a.position === b.position ? a.id > b.id : a.position > b.position;
}

function without(comments: readonly Comment[], isGone: (comment: Comment) => boolean): readonly Comment[] {
  return comments.some(isGone) ? comments.filter((comment) => !isGone(comment)) : comments;
}
