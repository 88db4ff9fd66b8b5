import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { friendship } from "../../shared/contracts/friends.ts";
import { userIdParam } from "../../shared/contracts/people.ts";
import { unblock } from "../../shared/friends/blocks.ts";
import { readPair } from "../../shared/friends/queries.ts";
import { stateFor } from "../../shared/friends/state.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";
import { otherPerson } from "./other.ts";

export const unblockRoute = createRoute({
  method: "delete",
  path: "/blocks/{userId}",
  summary: "Unblock a person; this does not befriend",
  request: { params: userIdParam },
  responses: {
    200: answer(friendship, "The pair as this side sees it now: `none`, unless this person was not blocked"),
    ...errors("invalid_input", "unauthenticated", "origin_refused", "not_found"),
  },
});

export function unblockPerson({ database }: Deps): RouteHandler<typeof unblockRoute, Env> {
  return async (c) => {
    const { friendships } = database.models;
    const me = c.get("user")._id.toHexString();
    const other = await otherPerson(database, me, c.req.valid("param").userId);
    const pair = (await unblock(friendships, me, other.id)) ?? (await readPair(friendships, me, other.id));
    return json({ person: other, state: stateFor(me, other.id, pair) }, 200);
  };
}
