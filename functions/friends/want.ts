import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { ObjectId } from "mongodb";
import { friendship } from "../../shared/contracts/friends.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { userIdParam } from "../../shared/contracts/people.ts";
import { AppError, isDuplicateKey } from "../../shared/errors.ts";
import { hasAllFriends, hasAllOpenRequests, readPair, toPair } from "../../shared/friends/queries.ts";
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
      "blocked",
      "too_many_friends",
      "too_many_open_requests",
    ),
  },
});

export function want({ database, log }: Deps): RouteHandler<typeof wantRoute, Env> {
  return async (c) => {
    const { friendships, outbox } = database.models;
    const me = c.get("user");
    const myId = me._id.toHexString();
    const other = await otherPerson(database, myId, c.req.valid("param").userId);
    const state = stateFor(myId, other.id, await readPair(friendships, myId, other.id));
    if (state === "blocked") throw new AppError("blocked");
    if (state === "friends" || state === "outgoing") return json({ person: other, state }, 200);
    if ((await hasAllFriends(friendships, myId)) || (await hasAllFriends(friendships, other.id))) {
      throw new AppError("too_many_friends", { message: `One person can have at most ${limits.friends} friends.` });
    }
    if (state === "none" && (await hasAllOpenRequests(friendships, myId))) {
      const message = `At most ${limits.openRequests} of your friend requests can be open. Cancel one first.`;
      throw new AppError("too_many_open_requests", { message });
    }
    const before = await addWant(friendships, myId, other.id);
    const after = { ...before, wants: [...before.wants, myId] };
    if (before.wants.length === 0) {
      const isHeard = stateFor(other.id, myId, after) === "incoming";
      // Who is blocked is not to tell that from an answer that comes sooner: what is said to nobody takes as long.
      const to = { user: isHeard ? other.id : nobody() };
      await notify(outbox, to, "notice", { kind: "friendRequest", from: toPerson(me) }).catch((error) => {
        // The request itself is kept and shown; only the knock at the door is lost.
        log.warn({ err: error }, "a notice could not be written");
      });
    }
    return json({ person: other, state: stateFor(myId, other.id, after) }, 200);
  };
}

/** An id that no user has. */
function nobody(): string {
  return new ObjectId().toHexString();
}

/**
 * Adds a wish to the pair, in one step; gives back the pair before it.
 * @throws AppError `blocked` where this side has blocked the other one by then
 */
async function addWant(friendships: FriendshipModel, me: string, other: string): Promise<Pair> {
  const pair = pairOf(me, other);
  const unblocked = { _id: pair, blocks: { $ne: new ObjectId(me) } };
  const update = {
    $addToSet: { wants: new ObjectId(me) },
    $setOnInsert: { users: idsOf(pair).map((id) => new ObjectId(id)) },
  };
  const write = (upsert: boolean) =>
    friendships.findOneAndUpdate(unblocked, update, { upsert, returnDocument: "before" }).lean();
  try {
    return toPair((await write(true)) ?? {});
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  // The pair is there by now: the other one asked at once, or this side blocks.
  const before = await write(false);
  if (!before) throw new AppError("blocked");
  return toPair(before);
}
