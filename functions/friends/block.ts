import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { friendship } from "../../shared/contracts/friends.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { userIdParam } from "../../shared/contracts/people.ts";
import { AppError } from "../../shared/errors.ts";
import { block } from "../../shared/friends/blocks.ts";
import { hasAllBlocks, readPair } from "../../shared/friends/queries.ts";
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
    ...errors("invalid_input", "unauthenticated", "origin_refused", "not_found", "too_many_blocks"),
  },
});

export function blockPerson({ database }: Deps): RouteHandler<typeof blockRoute, Env> {
  return async (c) => {
    const me = c.get("user")._id.toHexString();
    const other = await otherPerson(database, me, c.req.valid("param").userId);
    const { friendships } = database.models;
    const { blocks } = await readPair(friendships, me, other.id);
    if (!blocks.includes(me) && (await hasAllBlocks(friendships, me))) {
      throw new AppError("too_many_blocks", {
        message: `You can block at most ${limits.blocks} people. Unblock one first.`,
      });
    }
    await block(friendships, me, other.id);
    return json({ person: other, state: "blocked" as const }, 200);
  };
}
