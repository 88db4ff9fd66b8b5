import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { type ClientSession, ObjectId } from "mongodb";
import { type FriendsPage, friendsPage, friendsQuery } from "../../shared/contracts/friends.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { AppError } from "../../shared/errors.ts";
import { pairIdsOf } from "../../shared/friends/queries.ts";
import type { Models } from "../../shared/models/index.ts";
import { toPerson, type UserModel, type UserRecord } from "../../shared/models/user.ts";
import { onlineAmong } from "../../shared/presence.ts";
import { within } from "../../shared/read-at.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";
import { readAtTime } from "../http/read-at-time.ts";

export const listRoute = createRoute({
  method: "get",
  path: "/friends",
  summary: "Friends by name, whether they are online, and who asks or was asked",
  description: "`time` is the `time` of a socket's `me`: the answer holds all that the socket will not be told.",
  request: { query: friendsQuery },
  responses: {
    200: answer(friendsPage, `At most ${limits.friendsPage} friends; pass \`next\` as \`after\` for more`),
    ...errors("invalid_input", "time_ahead", "unauthenticated"),
  },
});

export function list({ database }: Deps): RouteHandler<typeof listRoute, Env> {
  return async (c) => {
    const { after, time } = c.req.valid("query");
    const cursor = after === undefined ? undefined : readCursor(after);
    const me = c.get("user")._id.toHexString();
    const page = await readAtTime(database.client, time, (session) => readPage(database.models, me, cursor, session));
    return json(page, 200);
  };
}

async function readPage(
  models: Models,
  me: string,
  cursor: Cursor | undefined,
  session?: ClientSession,
): Promise<FriendsPage> {
  const { users, friendships } = models;
  const pairs = await pairIdsOf(friendships, me, session);
  const [friends, incoming, outgoing, blocked] = await Promise.all([
    byName(users, pairs.friends, { limit: limits.friendsPage + 1, after: cursor, session }),
    cursor ? [] : byName(users, pairs.incoming, { limit: limits.friendsPage, session }),
    cursor ? [] : byName(users, pairs.outgoing, { limit: limits.friendsPage, session }),
    cursor ? [] : byName(users, pairs.blocked, { limit: limits.blocks, session }),
  ]);
  const page = friends.slice(0, limits.friendsPage).map(toPerson);
  const online = await onlineAmong(
    models,
    page.map(({ id }) => id),
    session,
  );
  const last = friends[page.length - 1];
  return {
    friends: page.map((person) => ({ ...person, online: online.has(person.id) })),
    incoming: incoming.map(toPerson),
    outgoing: outgoing.map(toPerson),
    blocked: blocked.map(toPerson),
    next: friends.length > page.length && last ? writeCursor(last) : null,
  };
}

interface Cursor {
  sortName: string;
  id: string;
}

function byName(
  users: UserModel,
  ids: readonly string[],
  { limit, after, session }: { limit: number; after?: Cursor | undefined; session: ClientSession | undefined },
): Promise<UserRecord[]> {
  if (ids.length === 0) return Promise.resolve([]);
  const isLater = after && {
    $or: [{ sortName: { $gt: after.sortName } }, { sortName: after.sortName, _id: { $gt: new ObjectId(after.id) } }],
  };
  return users
    .find({ _id: { $in: ids }, ...isLater }, null, within(session))
    .sort({ sortName: 1, _id: 1 })
    .limit(limit)
    .lean<UserRecord[]>()
    .exec();
}

function writeCursor(last: UserRecord): string {
  return Buffer.from(JSON.stringify([last.sortName, last._id.toHexString()])).toString("base64url");
}

function readCursor(text: string): Cursor {
  try {
    const [sortName, id] = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (typeof sortName === "string" && /^[0-9a-f]{24}$/.test(id)) return { sortName, id };
  } catch {
    // Said below, for every text that is not ours.
  }
  throw new AppError("invalid_input", { fields: { after: "This is no position in the list of friends." } });
}
