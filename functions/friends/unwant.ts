import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { friendship } from "../../shared/contracts/friends.ts";
import { userIdParam } from "../../shared/contracts/people.ts";
import { toPair } from "../../shared/friends/queries.ts";
import { pairOf, stateFor } from "../../shared/friends/state.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";
import { otherPerson } from "./other.ts";

export const unwantRoute = createRoute({
  method: "delete",
  path: "/friends/{userId}",
  summary: "Do not want to be friends: cancel, decline, unfriend",
  request: { params: userIdParam },
  responses: {
    200: answer(friendship, "The pair as this side sees it now"),
    ...errors("invalid_input", "unauthenticated", "origin_refused", "not_found"),
  },
});

export function unwant({ database }: Deps): RouteHandler<typeof unwantRoute, Env> {
  return async (c) => {
    const me = c.get("user")._id.toHexString();
    const other = await otherPerson(database, me, c.req.valid("param").userId);
    // Both wishes go: the other one's, left standing, would at once be a request again. Blocks stay.
    const record = await database.models.friendships
      .findOneAndUpdate({ _id: pairOf(me, other.id) }, { $set: { wants: [] } }, { returnDocument: "after" })
      .lean();
    return json({ person: other, state: record ? stateFor(me, other.id, toPair(record)) : "none" }, 200);
  };
}
