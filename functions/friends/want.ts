import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { Types } from "mongoose";
import { friendship } from "../../shared/contracts/friends.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { userIdParam } from "../../shared/contracts/people.ts";
import { AppError, isDuplicateKey } from "../../shared/errors.ts";
import { hasAllFriends, hasAllOpenRequests, readPairs } from "../../shared/friends/queries.ts";
import { idsOf, type Pair, pairOf, stateFor } from "../../shared/friends/state.ts";
import type { FriendshipModel } from "../../shared/models/friendship.ts";
import { toPerson } from "../../shared/models/user.ts";
import { notify } from "../../shared/notify.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";
import { otherPerson } from "./other.ts";

export const wantRoute = createRoute({
  method: "put",
  path: "/friends/{userId}",
  summary: "Want to be friends: ask, or accept",
  request: { params: userIdParam },
  responses: {
    200: answer(friendship, "The pair as this side sees it now"),
    ...errors(
      "invalid_input",
      "unauthenticated",
      "origin_refused",
      "not_found",
      "too_many_friends",
      "too_many_open_requests",
    ),
  },
});

export function want({ database, log }: Deps): RouteHandler<typeof wantRoute, Env> {
  const { friendships, outbox } = database.models;
  return async (c) => {
    const me = c.get("user");
    const myId = me._id.toHexString();
    const other = await otherPerson(database, myId, c.req.valid("param").userId);
    const key = pairOf(myId, other.id);
    const state = stateFor(myId, other.id, (await readPairs(friendships, [key])).get(key) as Pair);
    if (state === "friends" || state === "outgoing") return json({ person: other, state }, 200);
    if ((await hasAllFriends(friendships, myId)) || (await hasAllFriends(friendships, other.id))) {
      throw new AppError("too_many_friends", { message: `One person can have at most ${limits.friends} friends.` });
    }
    if (state === "none" && (await hasAllOpenRequests(friendships, myId))) {
      const message = `At most ${limits.openRequests} of your friend requests can be open. Cancel one first.`;
      throw new AppError("too_many_open_requests", { message });
    }
    const before = await addWant(friendships, myId, other.id);
    if (stateFor(myId, other.id, { wants: before, blocks: [] }) === "none") {
      await notify(outbox, { user: other.id }, "notice", { kind: "friendRequest", from: toPerson(me) }).catch(
        (error) => {
          // The request itself is kept and shown; only the knock at the door is lost.
          log.warn({ err: error }, "a notice could not be written");
        },
      );
    }
    return json({ person: other, state: stateFor(myId, other.id, { wants: [...before, myId], blocks: [] }) }, 200);
  };
}

/** Adds a wish to the pair, in one step; who wished before it. */
async function addWant(friendships: FriendshipModel, me: string, other: string): Promise<string[]> {
  const pair = pairOf(me, other);
  const update = {
    $addToSet: { wants: new Types.ObjectId(me) },
    $setOnInsert: { users: idsOf(pair).map((id) => new Types.ObjectId(id)) },
  };
  const write = () =>
    friendships.findOneAndUpdate({ _id: pair }, update, { upsert: true, returnDocument: "before" }).lean();
  const before = await write().catch((error) => {
    // Both sides asked at once and the other one made the document.
    if (isDuplicateKey(error)) return write();
    throw error;
  });
  return (before?.wants ?? []).map((id) => id.toHexString());
}
