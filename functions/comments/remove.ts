import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { ObjectId } from "mongodb";
import { commentIdParam } from "../../shared/contracts/comments.ts";
import { operationTimeout } from "../../shared/database.ts";
import { AppError } from "../../shared/errors.ts";
import type { Deps } from "../deps.ts";
import { type Env, errors } from "../http/api.ts";
import { apiHeaders } from "../http/json.ts";

export const removeCommentRoute = createRoute({
  method: "delete",
  path: "/comments/{id}",
  summary: "Remove one's own comment; done too when it is removed already",
  request: { params: commentIdParam },
  responses: {
    204: { description: "The comment is removed" },
    ...errors("invalid_input", "unauthenticated", "origin_refused", "not_found"),
  },
});

export function removeComment({ database }: Deps): RouteHandler<typeof removeCommentRoute, Env> {
  return async (c) => {
    const { collection } = database.models.comments;
    const own = { _id: new ObjectId(c.req.valid("param").id), author: c.get("user")._id };
    const { matchedCount } = await collection.updateOne(
      { ...own, removedAt: { $exists: false } },
      // The record stays, without its words: friends who are away must learn of the removal.
      { $unset: { body: "" }, $currentDate: { removedAt: { $type: "timestamp" } } },
      { maxTimeMS: operationTimeout },
    );
    if (matchedCount === 0 && !(await collection.findOne(own, { projection: { _id: 1 } }))) {
      throw new AppError("not_found", { message: "There is no such comment of yours." });
    }
    return c.body(null, 204, apiHeaders);
  };
}
