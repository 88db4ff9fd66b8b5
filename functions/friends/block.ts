import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { friendship } from "../../shared/contracts/friends.ts";
import { userIdParam } from "../../shared/contracts/people.ts";
import { block } from "../../shared/friends/blocks.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";
import { otherPerson } from "./other.ts";

export const blockRoute = createRoute({
  method: "put",
  path: "/blocks/{userId}",
  summary: "Block a person, who is not told; this also unfriends",
  request: { params: userIdParam },
  responses: {
    200: answer(friendship, "The pair as this side sees it now"),
    ...errors("invalid_input", "unauthenticated", "origin_refused", "not_found"),
  },
});

export function blockPerson({ database }: Deps): RouteHandler<typeof blockRoute, Env> {
  return async (c) => {
    const me = c.get("user")._id.toHexString();
    const other = await otherPerson(database, me, c.req.valid("param").userId);
    await block(database.models.friendships, me, other.id);
    return json({ person: other, state: "blocked" as const }, 200);
  };
}
