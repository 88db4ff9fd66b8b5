import { Timestamp } from "mongodb";
import { Types } from "mongoose";
import type { Database } from "../../../shared/database.ts";
import { pairOf } from "../../../shared/friends/state.ts";
import { nameFields } from "../../../shared/models/user.ts";
import { type Position, positionOf } from "../../../shared/position.ts";

const { ObjectId } = Types;

export const sizes = [20, 200, 1_000, 5_000] as const;

/** All in seconds: over what the comments are spread, and how far back the deep page and the catch-up begin. */
const span = 30 * 86_400;
const deep = 10 * 86_400;
const away = 30 * 60;

/** What an author wrote; `gone` of it, the newest, is removed. */
interface Writing {
  author: Types.ObjectId;
  wrote: number;
  gone: number;
}

/** The first friends of every reader. */
const heavy = [
  { wrote: 200_000, gone: 0 },
  { wrote: 150_000, gone: 50_000 },
  { wrote: 100_000, gone: 50_000 },
  { wrote: 50_000, gone: 50_000 },
];
/** Of five other friends two never wrote anything. */
const writesAtAll = (_: unknown, i: number) => i % 5 > 1;
const light = { wrote: 83, gone: 0 };
/** Nobody's friends, a quarter of all comments. */
const strangers = 500;
const ofStrangers = { wrote: 500, gone: 0 };

const batch = 5_000;
const atOnce = 4;

export interface History {
  /** For each of `sizes` somebody with so many friends. */
  readers: { friends: number; id: string }[];
  comments: number;
  deep: Position;
  away: Position;
}

/** Writes a million comments of the last 30 days into an empty database. */
export async function writeHistory({ models }: Database): Promise<History> {
  const friends = Array.from({ length: Math.max(...sizes) }, () => new ObjectId());
  const readers = sizes.map((size) => ({ friends: size, id: new ObjectId().toHexString() }));
  await models.users.collection.insertMany([...friends, ...readers.map(({ id }) => new ObjectId(id))].map(user));
  await models.friendships.collection.insertMany(
    readers.flatMap(({ id, friends: size }) => friends.slice(0, size).map((friend) => pair(id, friend.toHexString()))),
  );
  const writings: Writing[] = [
    ...heavy.map((each, i) => ({ ...each, author: friends[i] as Types.ObjectId })),
    ...friends
      .slice(heavy.length)
      .filter(writesAtAll)
      .map((author) => ({ author, ...light })),
    ...Array.from({ length: strangers }, () => ({ author: new ObjectId(), ...ofStrangers })),
  ];
  const now = Math.floor(Date.now() / 1000);
  const under = new Set<Promise<unknown>>();
  let comments = 0;
  for (const some of batches(commentsOf(writings, now))) {
    comments += some.length;
    const insert: Promise<unknown> = models.comments.collection
      .insertMany(some as never[], { ordered: false, writeConcern: { w: 1 } })
      .finally(() => under.delete(insert));
    under.add(insert);
    if (under.size >= atOnce) await Promise.race(under);
  }
  await Promise.all(under);
  const ago = (seconds: number) => positionOf(new Timestamp({ t: now - seconds, i: 0 }));
  return { readers, comments, deep: ago(deep), away: ago(away) };
}

/** Each author's comments, newest first, evenly over the span; a removal halves the time since its comment. */
function* commentsOf(writings: readonly Writing[], now: number) {
  let i = 0;
  for (const { author, wrote, gone } of writings) {
    for (let n = 0; n < wrote; n++) {
      i += 1;
      const age = Math.ceil(((n + Math.random()) / wrote) * span);
      const at = new Timestamp({ t: now - age, i });
      if (n < gone) yield { author, at, removedAt: new Timestamp({ t: now - Math.floor(age / 2), i }) };
      else yield { author, at, body: `Comment ${i}: as many words as most people find for what they had for lunch.` };
    }
  }
}

function* batches<Each>(all: Iterable<Each>): Generator<Each[]> {
  let some: Each[] = [];
  for (const each of all) {
    some.push(each);
    if (some.length < batch) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

function user(_id: Types.ObjectId) {
  const names = { username: _id.toHexString(), firstName: "First", lastName: "Last" };
  return { _id, displayName: names.username, ...names, ...nameFields(names), password: "", createdAt: new Date() };
}

function pair(a: string, b: string): never {
  const both = [a, b].sort().map((id) => new ObjectId(id));
  return { _id: pairOf(a, b), users: both, wants: both } as never;
}
