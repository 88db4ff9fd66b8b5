import { Timestamp } from "mongodb";
import { Types } from "mongoose";
import type { FeedPage, FeedQuery } from "../../../shared/contracts/comments.ts";
import { limits } from "../../../shared/contracts/limits.ts";
import { type CommentRecord, toComment } from "../../../shared/models/comment.ts";
import type { Models } from "../../../shared/models/index.ts";
import { toPerson, type UserRecord } from "../../../shared/models/user.ts";
import { positionOf, secondsBefore, timestampOf } from "../../../shared/position.ts";

/** The index that a feed of this kind is usually given. */
const hint = { author: 1, at: -1 } as const;

/**
 * The feed as it is usually written: the friends' ids in one `$in`, sorted and cut off by the database. A catch-up is the
 * newest page, up to where the reader was; `isBounded`: its query asks for no more than that.
 */
export async function readPlainFeed(
  models: Models,
  reader: string,
  query: FeedQuery,
  { isBounded }: { isBounded: boolean },
): Promise<FeedPage> {
  const comments = models.comments.collection;
  const author = { $in: [new Types.ObjectId(reader), ...(await friendsOf(models, reader))] };
  const limit = query.limit ?? limits.commentsPage.default;
  const since =
    query.after === undefined ? undefined : secondsBefore(timestampOf(query.after), limits.catchUp.overlapSeconds);
  const written = { author, body: { $exists: true } };
  const at = {
    ...(query.before !== undefined && { $lt: timestampOf(query.before) }),
    $gt: (isBounded && since) || new Timestamp({ t: 0, i: 0 }),
  };
  const [newest, removed] = await Promise.all([
    comments.find<CommentRecord>({ ...written, at }, { sort: { at: -1 }, limit: limit + 1, hint }).toArray(),
    since
      ? comments
          .find(
            { author, removedAt: { $gt: since } },
            { projection: { removedAt: 1 }, limit: 1 + limits.catchUp.comments },
          )
          .toArray()
      : [],
  ]);
  const records = since ? newest.filter((record) => record.at.greaterThan(since)) : newest;
  const page = records.slice(0, limit);
  const users = await models.users.find({ _id: { $in: page.map((record) => record.author) } }).lean<UserRecord[]>();
  const people = new Map(users.map((user) => [user._id.toHexString(), toPerson(user)]));
  const last = page.at(-1);
  return {
    comments: page.flatMap((record) => toComment(record, people.get(record.author.toHexString()) as never) ?? []),
    removed: removed.map((record) => ({ id: String(record._id), position: positionOf(record.removedAt) })),
    next: records.length > limit && last ? positionOf(last.at) : null,
    complete: true,
  };
}

async function friendsOf(models: Models, user: string): Promise<Types.ObjectId[]> {
  const me = new Types.ObjectId(user);
  const pairs = models.friendships.collection.find<{ users: Types.ObjectId[] }>(
    { users: { $in: [me] }, wants: { $size: 2 }, "blocks.0": { $exists: false } },
    { projection: { users: 1 } },
  );
  const friends: Types.ObjectId[] = [];
  for await (const { users } of pairs) friends.push(...users.filter((id) => !id.equals(me)));
  return friends;
}
