import { createHash } from "node:crypto";
import type { ClientSession, Filter } from "mongodb";
import { Types } from "mongoose";
import type { Comment, FeedPage, FeedQuery, Removal } from "../../shared/contracts/comments.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { friendsOf } from "../../shared/friends/queries.ts";
import { type CommentRecord, toComment } from "../../shared/models/comment.ts";
import type { Models } from "../../shared/models/index.ts";
import { toPerson, type UserRecord } from "../../shared/models/user.ts";
import { dateOf, positionOf, secondsBefore, timestampOf } from "../../shared/position.ts";
import { within } from "../../shared/read-at.ts";

const { catchUp, commentsPage } = limits;
const reload: FeedPage = { comments: [], removed: [], next: null, complete: false };

/** A page of what a person may read: who that is, is decided anew each time. */
export async function readFeed(
  models: Models,
  reader: string,
  query: FeedQuery,
  session?: ClientSession,
): Promise<FeedPage> {
  const authors = [reader, ...(await friendsOf(models.friendships, reader, session))].map(
    (id) => new Types.ObjectId(id),
  );
  const limit = query.limit ?? commentsPage.default;
  const written: Filter<CommentRecord> = { author: { $in: authors }, body: { $exists: true } };
  const at: { $lt?: unknown; $gt?: unknown } = {};
  if (query.before) at.$lt = timestampOf(query.before);
  let removed: Removal[] = [];
  if (query.after) {
    const after = timestampOf(query.after);
    if (dateOf(after).getTime() < Date.now() - catchUp.milliseconds) return reload;
    // A comment can become visible a little after one with a later position: the overlap covers it.
    at.$gt = secondsBefore(after, catchUp.overlapSeconds);
    const found = await Promise.all([
      readRemoved(models, authors, at.$gt, session),
      models.comments.collection.countDocuments({ ...written, at: { $gt: at.$gt } } as never, {
        limit: catchUp.comments + 1,
        ...within(session),
      }),
    ]);
    removed = found[0];
    if (removed.length > catchUp.comments || found[1] > catchUp.comments) return reload;
  }
  const filter = at.$lt || at.$gt ? { ...written, at } : written;
  const records = await models.comments.collection
    .find(filter as never, { sort: { at: -1 }, limit: limit + 1, ...within(session) })
    .toArray();
  const page = records.slice(0, limit) as unknown as CommentRecord[];
  const last = page.at(-1);
  return {
    comments: await withAuthors(models, page, session),
    removed,
    next: records.length > limit && last ? positionOf(last.at) : null,
    complete: true,
    ...(query.time === undefined ? {} : { authorsTag: tagOf(authors) }),
  };
}

/** The same for the same people, in whatever order. */
function tagOf(authors: readonly Types.ObjectId[]): string {
  const ids = authors.map((id) => id.toHexString()).sort();
  return createHash("sha256").update(ids.join()).digest("base64url").slice(0, 16);
}

async function readRemoved(
  models: Models,
  authors: Types.ObjectId[],
  after: unknown,
  session?: ClientSession,
): Promise<Removal[]> {
  const records = await models.comments.collection
    .find(
      { author: { $in: authors }, removedAt: { $gt: after as never } },
      {
        projection: { removedAt: 1 },
        limit: catchUp.comments + 1,
        ...within(session),
      },
    )
    .toArray();
  return records.map((record) => ({ id: String(record._id), position: positionOf(record.removedAt) }));
}

async function withAuthors(models: Models, records: CommentRecord[], session?: ClientSession): Promise<Comment[]> {
  const ids = [...new Set(records.map((record) => record.author.toHexString()))];
  const users = await models.users.find({ _id: { $in: ids } }, null, within(session)).lean<UserRecord[]>();
  const people = new Map(users.map((user) => [user._id.toHexString(), toPerson(user)]));
  return records.flatMap((record) => {
    const author = people.get(record.author.toHexString());
    return (author && toComment(record, author)) ?? [];
  });
}
