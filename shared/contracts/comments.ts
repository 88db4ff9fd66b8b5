import { z } from "zod";
import { limits } from "./limits.ts";
import { person } from "./people.ts";
import { text } from "./text.ts";

export const commentId = z.string().regex(/^[0-9a-f]{24}$/, "An id is 24 hexadecimal digits, in lower case.");
/** Opaque to clients; strings sort in the order of the feed. */
export const position = z.string().regex(/^[0-9a-f]{16}$/, "This is no position of the feed.");

/** The end of a page: a position, and the last comment's id where the next one has the same position. */
export const feedCursor = z.string().regex(/^[0-9a-f]{16}([0-9a-f]{24})?$/, "This is no position of the feed.");

export const comment = z
  .object({
    id: commentId,
    author: person,
    body: z.string(),
    createdAt: z.iso.datetime(),
    position,
  })
  .meta({ id: "Comment" });
export type Comment = z.infer<typeof comment>;

/** A removal stands at a position of its own, later than the comment's, so that catch-up meets it. */
export const removal = z.object({ id: commentId, position }).meta({ id: "Removal" });
export type Removal = z.infer<typeof removal>;

export const commentBody = z.strictObject({
  body: text("The comment", limits.comment).refine(
    (value) => value.trim() !== "",
    "The comment cannot be only white space.",
  ),
});

export const idempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]+$/, "The Idempotency-Key can have printable ASCII characters only.")
    .max(limits.idempotencyKey.max, `The Idempotency-Key can have at most ${limits.idempotencyKey.max} characters.`)
    .optional(),
});

export const commentIdParam = z.object({ id: commentId });

export const feedQuery = z.strictObject({
  before: feedCursor.optional(),
  after: position.optional(),
  time: position.optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, `The limit is a number from 1 to ${limits.commentsPage.max}.`)
    .transform(Number)
    .refine((value) => value <= limits.commentsPage.max, `The limit is a number from 1 to ${limits.commentsPage.max}.`)
    .optional(),
});
export type FeedQuery = z.infer<typeof feedQuery>;

export const feedPage = z.object({
  comments: z.array(comment),
  removed: z.array(removal),
  /** Pass as `before` for what is older; null where nothing is. */
  next: feedCursor.nullable(),
  /** False when what lies after `after` is more than catch-up holds: load the feed anew. */
  complete: z.boolean(),
  /**
   * Where `time` is given: marks whose comments these are. Another mark than an earlier answer's, or none, says that friends
   * came or went, whose earlier comments belong to the feed, or no longer do: load anew, as no removal tells of that.
   */
  authorsTag: z.string().optional(),
});
export type FeedPage = z.infer<typeof feedPage>;
