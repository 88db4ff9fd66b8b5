import type { Comment, FeedPage, Removal } from "../../../../shared/contracts/comments.ts";
import { limits } from "../../../../shared/contracts/limits.ts";
import type { Api } from "./api.ts";

/** Up to where a feed is known, and of whom. */
export interface Known {
  position: string;
  /** `authorsTag` of the pages that it is made of. */
  authors: string;
}

export interface Missed {
  comments: Comment[];
  removed: Removal[];
}

export interface Newest {
  comments: Comment[];
  /** Where older ones follow; null where none do. */
  next: string | null;
  authors: string | undefined;
}

/** What is to be read where the feed is read anew. */
export interface Reach {
  /** The position as of which to read. */
  time: string;
  /** Down to this position; undefined: the newest page alone. */
  oldest: string | undefined;
  /** And no more comments than these. */
  most: number;
}

/** Reads what follows `known`, or where that does not make the feed whole, after `anew` was told, all of it anew. */
export async function readOn(
  api: Pick<Api, "comments">,
  known: Known,
  reach: Reach,
  anew: () => void,
): Promise<Missed | Newest> {
  const missed = await readMissed(api, known, reach.time);
  if (typeof missed !== "string") return missed;
  anew();
  return readNewest(api, missed === "too much" ? { ...reach, oldest: undefined } : reach);
}

/**
 * Reads what follows `known`: everything that a socket of this `time` is not told. Where that would not make it whole again,
 * says why: more follows than a catch-up holds, or friends came or went, whose earlier comments belong there, or no longer do.
 */
async function readMissed(
  api: Pick<Api, "comments">,
  known: Known,
  time: string,
): Promise<Missed | "too much" | "other authors"> {
  const query = { after: known.position, time, limit: String(limits.commentsPage.max) };
  const missed: Missed = { comments: [], removed: [] };
  let before: string | null = null;
  do {
    const page: FeedPage = await api.comments(before === null ? query : { ...query, before });
    if (!page.complete) return "too much";
    if (page.authorsTag !== known.authors) return "other authors";
    missed.comments.push(...page.comments);
    missed.removed.push(...page.removed);
    before = page.next;
  } while (before !== null);
  return missed;
}

/** Reads the newest page, and as many more as reach down to the position `oldest`, or hold `most` comments. */
export async function readNewest(api: Pick<Api, "comments">, { time, oldest, most }: Reach): Promise<Newest> {
  const first = await api.comments({ time });
  const comments = [...first.comments];
  let { next, authorsTag } = first;
  while (next !== null && oldest !== undefined && next > oldest && comments.length < most) {
    const page = await api.comments({ time, before: next, limit: String(limits.commentsPage.max) });
    comments.push(...page.comments);
    next = page.next;
    if (page.authorsTag !== authorsTag) authorsTag = undefined;
  }
  return { comments, next, authors: authorsTag };
}
