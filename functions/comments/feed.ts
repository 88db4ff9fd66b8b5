import { createHash } from "node:crypto";
import { type ClientSession, ObjectId } from "mongodb";
import type { Comment, FeedPage, FeedQuery } from "../../shared/contracts/comments.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { operationTimeout } from "../../shared/database.ts";
import { AppError } from "../../shared/errors.ts";
import { areAllFriends, friendsAt, friendsOf } from "../../shared/friends/queries.ts";
import { type CommentRecord, toComment } from "../../shared/models/comment.ts";
import type { Models } from "../../shared/models/index.ts";
import { toPerson, type UserRecord } from "../../shared/models/user.ts";
import { type Position, timestampOf } from "../../shared/position.ts";
import { within } from "../../shared/read-at.ts";
import { byNewest, cut, isPast, type Place, readCursor } from "./cursor.ts";
import { readMissed } from "./missed.ts";
import { readNewest } from "./newest.ts";

/** How often a page is read in which somebody stops being a friend. */
const mostTurns = 3;

const reload = { records: [], removed: [], next: null, complete: false };

/** A page of what a person may read: who that is, is decided anew each time, and once for the whole page. */
export async function readFeed(
  models: Models,
  reader: string,
  query: FeedQuery,
  session?: ClientSession,
): Promise<FeedPage> {
  for (let turn = 0; turn < mostTurns; turn++) {
    const { records, ...page } = await readRecords(models, reader, query, session);
    const others = [...new Set(records.map(({ author }) => author.toHexString()))].filter((id) => id !== reader);
    const [comments, areFriends] = await Promise.all([
      withAuthors(models, records, session),
      areAllFriends(models.friendships, reader, others, session),
    ]);
    // Whoever stopped being a friend after the friends had been read may have written of it, before the comments were read.
    if (areFriends) return { comments, ...page };
  }
  throw new AppError("unavailable");
}

async function readRecords(
  models: Models,
  reader: string,
  query: FeedQuery,
  session?: ClientSession,
): Promise<Omit<FeedPage, "comments"> & { records: CommentRecord[] }> {
  const { authors, tag } = await readAuthors(models, reader, query.time, session);
  const limit = query.limit ?? limits.commentsPage.default;
  const cursor = query.before === undefined ? undefined : readCursor(query.before);

  if (query.after === undefined) {
    const { page, next } = cut(await readNewest(models.comments, authors, cursor, limit + 1, session), limit);
    return { records: page, removed: [], next, complete: true, ...tag };
  }
  const missed = await readMissed(models.comments, authors, timestampOf(query.after), session);
  if (!missed) return reload;
  const { page, next } = cut(cursor ? missed.places.filter((place) => isPast(cursor, place)) : missed.places, limit);
  const records = await readPlaces(models, page, session);
  return { records, removed: missed.removed, next, complete: true, ...tag };
}

/**
 * Whose comments are read: friends as of now. Of those who became one after `time` a socket of that time is still to be told;
 * without them all that is read is of people whom the mark names, and a later mark tells who of them is none any more. Where
 * somebody is none any more already, there is no mark: their comments are not read, and the socket may still tell of some.
 */
async function readAuthors(models: Models, reader: string, time: Position | undefined, session?: ClientSession) {
  const own = new ObjectId(reader);
  const [friends, before] = await Promise.all([
    friendsOf(models.friendships, reader, session),
    time === undefined ? undefined : friendsAt(models.friendships, reader, timestampOf(time)),
  ]);
  if (!before) return { authors: [own, ...friends], tag: {} };
  const ids = new Set(before.map((id) => id.toHexString()));
  const both = friends.filter((id) => ids.has(id.toHexString()));
  return { authors: [own, ...both], tag: both.length < ids.size ? {} : { authorsTag: tagOf(both) } };
}

/** The same for the same people, in whatever order. */
function tagOf(ids: readonly ObjectId[]): string {
  const sorted = ids.map((id) => id.toHexString()).sort();
  return createHash("sha256").update(sorted.join()).digest("base64url").slice(0, 16);
}

async function readPlaces(models: Models, places: readonly Place[], session?: ClientSession): Promise<CommentRecord[]> {
  const records = await models.comments.collection
    .find<CommentRecord>(
      { _id: { $in: places.map(({ _id }) => _id) } },
      { maxTimeMS: operationTimeout, batchSize: places.length + 1, ...within(session) },
    )
    .toArray();
  return records.sort(byNewest);
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
