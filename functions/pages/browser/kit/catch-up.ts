import type { Comment, Removal } from "../../../../shared/contracts/comments.ts";
import { limits } from "../../../../shared/contracts/limits.ts";
import type { Api } from "./api.ts";

/** What was missed, or the newest page where all that was known is to be dropped. */
export type Missed =
  | { isAnew: false; comments: Comment[]; removed: Removal[] }
  | { isAnew: true; comments: Comment[]; removed: Removal[]; next: string | null };

/**
 * Reads what follows a position, or anew where there is none or too much follows. The answers hold everything that a
 * socket of this `time` is not told.
 */
export async function readMissed(api: Pick<Api, "comments">, after: string | undefined, time: string): Promise<Missed> {
  if (after === undefined) return readAnew(api, time);
  const comments: Comment[] = [];
  const removed: Removal[] = [];
  let before: string | null = null;
  do {
    const query = { after, time, limit: String(limits.commentsPage.max) };
    const page = await api.comments(before === null ? query : { ...query, before });
    if (!page.complete) return readAnew(api, time);
    comments.push(...page.comments);
    removed.push(...page.removed);
    before = page.next;
  } while (before !== null);
  return { isAnew: false, comments, removed };
}

async function readAnew(api: Pick<Api, "comments">, time: string): Promise<Missed> {
  const { comments, removed, next } = await api.comments({ time });
  return { isAnew: true, comments, removed, next };
}
