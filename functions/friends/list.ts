import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { Types } from "mongoose";
import { friendsPage, friendsQuery } from "../../shared/contracts/friends.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { AppError } from "../../shared/errors.ts";
import { pairIdsOf } from "../../shared/friends/queries.ts";
import { toPerson, type UserModel, type UserRecord } from "../../shared/models/user.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";

export const listRoute = createRoute({
  method: "get",
  path: "/friends",
  summary: "Friends by name, and who asks or was asked",
  request: { query: friendsQuery },
  responses: {
    200: answer(friendsPage, `At most ${limits.friendsPage} friends; pass \`next\` as \`after\` for more`),
    ...errors("invalid_input", "unauthenticated"),
  },
});

export function list({ database }: Deps): RouteHandler<typeof listRoute, Env> {
  return async (c) => {
    const { after } = c.req.valid("query");
    const cursor = after === undefined ? undefined : readCursor(after);
    const { users, friendships } = database.models;
    const pairs = await pairIdsOf(friendships, c.get("user")._id.toHexString());
    const [friends, incoming, outgoing, blocked] = await Promise.all([
      byName(users, pairs.friends, limits.friendsPage + 1, cursor),
      cursor ? [] : byName(users, pairs.incoming, limits.friendsPage),
      cursor ? [] : byName(users, pairs.outgoing, limits.friendsPage),
      cursor ? [] : byName(users, pairs.blocked, limits.friendsPage),
    ]);
    const page = friends.slice(0, limits.friendsPage);
    const last = page.at(-1);
    return json(
      {
        friends: page.map(toPerson),
        incoming: incoming.map(toPerson),
        outgoing: outgoing.map(toPerson),
        blocked: blocked.map(toPerson),
        next: friends.length > page.length && last ? writeCursor(last) : null,
      },
      200,
    );
  };
}

interface Cursor {
  sortName: string;
  id: string;
}

function byName(users: UserModel, ids: readonly string[], limit: number, after?: Cursor): Promise<UserRecord[]> {
  if (ids.length === 0) return Promise.resolve([]);
  const isLater = after && {
    $or: [
      { sortName: { $gt: after.sortName } },
      { sortName: after.sortName, _id: { $gt: new Types.ObjectId(after.id) } },
    ],
  };
  return users
    .find({ _id: { $in: ids }, ...isLater })
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
