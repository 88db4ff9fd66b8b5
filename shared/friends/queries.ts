import { type ClientSession, type Db, type Document, ObjectId, type Timestamp } from "mongodb";
import type { FriendState } from "../contracts/friends.ts";
import { limits } from "../contracts/limits.ts";
import { toAppError } from "../errors.ts";
import { type FriendshipModel, friendsIndex } from "../models/friendship.ts";
import { exactly, type Instant, isOutOfReach, within } from "../read-at.ts";
import { withIndex } from "../with-index.ts";
import { idsOf, type Pair, pairOf, stateFor } from "./state.ts";

/**
 * Pairs of friends. A block takes both wishes away; what else wrote to the collection may not have. That there is a second
 * wish follows from the size, but only said so does it admit `friendsIndex`.
 */
const areFriends = { wants: { $size: 2 }, "wants.1": { $exists: true }, "blocks.0": { $exists: false } };

const noPair: Pair = { wants: [], blocks: [] };

/** More than one person's friends, and then some: the default, 101, would cost most readings a second round trip. */
const pairsABatch = 2 * limits.friends;

/** The friends of each of `users`, as ids; one query, whatever their number. */
export function friendSetsAt(
  friendships: FriendshipModel,
  users: readonly string[],
  instant: Instant,
): Promise<Map<string, Set<string>>> {
  const ofUsers = { users: { $in: users.map((user) => new ObjectId(user)) }, ...areFriends };
  return findAt(friendships, ofUsers, { projection: { _id: 1 } }, instant, (pairs) => toSets(users, pairs));
}

/** Pairs, by key; one that never was has nobody's wish and nobody's block. */
export function readPairsAt(
  friendships: FriendshipModel,
  pairs: readonly string[],
  instant: Instant,
): Promise<Map<string, Pair>> {
  return findAt(friendships, { _id: { $in: pairs } }, {}, instant, async (records) => {
    const byKey = new Map<string, Pair>(pairs.map((pair) => [pair, noPair]));
    for await (const record of records) byKey.set(String(record._id), toPair(record));
    return byKey;
  });
}

/** Hands over what is found at an instant. One that is exact rejects by `isOutOfReach` where the server does not reach back. */
async function findAt<Result>(
  friendships: FriendshipModel,
  filter: Document,
  options: { projection?: Document },
  { time, session, isExact }: Instant,
  take: (found: AsyncIterable<Document>) => Promise<Result>,
): Promise<Result> {
  const { collection } = friendships;
  const db = friendships.db.db as Db;
  const asked = { ...options, batchSize: pairsABatch };
  if (!isExact) return take(collection.find(filter, { ...asked, ...within(session) }));
  // Not by the driver's own snapshot sessions: they do not let the time be named.
  const command = { find: collection.collectionName, filter, ...asked, ...exactly(time) };
  const readOnce = () =>
    take(db.runCursorCommand(command, { readPreference: db.readPreference }).setBatchSize(pairsABatch));
  return readOnce().catch((error) => {
    // Other reads the driver repeats by itself.
    if (toAppError(error).code !== "unavailable") throw error;
    return readOnce();
  });
}

async function toSets(users: readonly string[], pairs: AsyncIterable<Document>): Promise<Map<string, Set<string>>> {
  const sets = new Map<string, Set<string>>(users.map((user) => [user, new Set()]));
  for await (const { _id } of pairs) {
    const [low, high] = idsOf(String(_id));
    sets.get(low)?.add(high);
    sets.get(high)?.add(low);
  }
  return sets;
}

/** The friends of one user. */
export async function friendsOf(
  friendships: FriendshipModel,
  user: string,
  session?: ClientSession,
): Promise<ObjectId[]> {
  const [found] = await withIndex(friendsIndex, (options) =>
    friendships.collection
      .aggregate<{ friends: ObjectId[] }>(inOneDocument(user), { ...options, ...within(session) })
      .toArray(),
  );
  return found?.friends ?? [];
}

/** The friends of one user at exactly a cluster time; undefined where the server does not reach back to it. */
export async function friendsAt(
  friendships: FriendshipModel,
  user: string,
  time: Timestamp,
): Promise<ObjectId[] | undefined> {
  const command = {
    aggregate: friendships.collection.collectionName,
    pipeline: inOneDocument(user),
    cursor: {},
    ...exactly(time),
  };
  try {
    const answer = await withIndex(friendsIndex, (options) =>
      (friendships.db.db as Db).command({ ...command, ...options }),
    );
    return answer.cursor.firstBatch[0]?.friends ?? [];
  } catch (error) {
    if (isOutOfReach(error)) return undefined;
    throw error;
  }
}

/** All friends in one document: thousands of small ones take longer to decode than to find. */
function inOneDocument(user: string): Document[] {
  const me = new ObjectId(user);
  const other = { $cond: [{ $eq: [{ $first: "$users" }, me] }, { $last: "$users" }, { $first: "$users" }] };
  return [{ $match: { users: me, ...areFriends } }, { $group: { _id: null, friends: { $push: other } } }];
}

/** The pair of two people as the database has it. */
export async function readPair(friendships: FriendshipModel, me: string, other: string): Promise<Pair> {
  const record = await friendships.collection.findOne({ _id: pairOf(me, other) as never });
  return record ? toPair(record) : noPair;
}

/** Whether all these people are friends of a user. */
export async function areAllFriends(
  friendships: FriendshipModel,
  user: string,
  others: readonly string[],
  session?: ClientSession,
): Promise<boolean> {
  if (others.length === 0) return true;
  const filter = { _id: { $in: others.map((other) => pairOf(user, other)) as never[] }, ...areFriends };
  const options = { projection: { _id: 1 }, batchSize: others.length + 1, ...within(session) };
  return (await friendships.collection.find(filter, options).toArray()).length === others.length;
}

/** All pairs of a user by the state that this user sees, as ids of the other side. */
export async function pairIdsOf(
  friendships: FriendshipModel,
  user: string,
  session?: ClientSession,
): Promise<Record<FriendState, string[]>> {
  const ids: Record<FriendState, string[]> = { friends: [], incoming: [], outgoing: [], none: [], blocked: [] };
  const pairs = friendships.collection.find(
    { users: new ObjectId(user), $or: [{ wants: { $ne: [] as never } }, { "blocks.0": { $exists: true } }] },
    within(session),
  );
  for await (const record of pairs) {
    const [low, high] = idsOf(String(record._id));
    const other = low === user ? high : low;
    ids[stateFor(user, other, toPair(record))].push(other);
  }
  return ids;
}

/** A pair by ids, from its record. */
export function toPair(record: Document): Pair {
  const hexOf = (ids: unknown) => ((ids ?? []) as ObjectId[]).map((id) => id.toHexString());
  return { wants: hexOf(record.wants), blocks: hexOf(record.blocks) };
}

/** Whether a user has as many friends as one person can have. */
export async function hasAllFriends(friendships: FriendshipModel, user: string): Promise<boolean> {
  const count = await friendships.collection.countDocuments(
    { users: new ObjectId(user), ...areFriends },
    { limit: limits.friends },
  );
  return count >= limits.friends;
}

/** Whether as many requests of a user are open as one person can have. */
export async function hasAllOpenRequests(friendships: FriendshipModel, user: string): Promise<boolean> {
  const id = new ObjectId(user);
  const count = await friendships.collection.countDocuments({ users: id, wants: [id] }, { limit: limits.openRequests });
  return count >= limits.openRequests;
}

/** Whether a user blocks as many people as one person can. */
export async function hasAllBlocks(friendships: FriendshipModel, user: string): Promise<boolean> {
  const id = new ObjectId(user);
  const count = await friendships.collection.countDocuments({ users: id, blocks: id }, { limit: limits.blocks });
  return count >= limits.blocks;
}
