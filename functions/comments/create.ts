import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { ObjectId } from "mongodb";
import { type Comment, comment, commentBody, idempotencyHeader } from "../../shared/contracts/comments.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { operationTimeout } from "../../shared/database.ts";
import { AppError, isDuplicateKey } from "../../shared/errors.ts";
import { type CommentModel, type CommentRecord, toComment } from "../../shared/models/comment.ts";
import { toPerson } from "../../shared/models/user.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors, jsonBodyOf } from "../http/api.ts";
import { jsonBody } from "../http/body.ts";
import { json } from "../http/json.ts";
import { createPace } from "./pace.ts";

export const createCommentRoute = createRoute({
  method: "post",
  path: "/comments",
  summary: "Comment; with an Idempotency-Key, a repeated request makes one comment",
  middleware: [jsonBody()] as const,
  request: { headers: idempotencyHeader, body: jsonBodyOf(commentBody) },
  responses: {
    200: answer(comment, "The comment that this Idempotency-Key made before"),
    201: answer(comment, "The new comment"),
    ...errors(
      "invalid_input",
      "invalid_body",
      "unauthenticated",
      "origin_refused",
      "idempotency_mismatch",
      "body_too_large",
      "unsupported_media_type",
      "too_many_requests",
    ),
  },
});

export function createComment({ database }: Deps): RouteHandler<typeof createCommentRoute, Env> {
  const paced = createPace(database);
  return async (c) => {
    const { comments } = database.models;
    const author = toPerson(c.get("user"));
    const { body } = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    try {
      return json(await paced(author.id, () => insertComment(comments, author, body, key)), 201);
    } catch (error) {
      if (key === undefined || !isDuplicateKey(error)) throw error;
      return json(await repeated(comments, author, body, key), 200);
    }
  };
}

/**
 * Inserts a comment, acknowledged by a majority. Its time is the database server's: set in an upsert, it is assigned when
 * the write happens, whereas an empty timestamp in an insert is assigned before the write waits for its turn.
 */
export async function insertComment(
  comments: CommentModel,
  author: Person,
  body: string,
  key?: string,
): Promise<Comment> {
  const record = await comments.collection.findOneAndUpdate(
    { _id: new ObjectId() },
    {
      $setOnInsert: { author: new ObjectId(author.id), body, ...(key === undefined ? {} : { key }) },
      $currentDate: { at: { $type: "timestamp" } },
    },
    { upsert: true, returnDocument: "after", maxTimeMS: operationTimeout },
  );
  return toComment(record as CommentRecord, author) as Comment;
}

/** The comment that a key made; a removed one has no words left to compare, so its key is as used as another's. */
async function repeated(comments: CommentModel, author: Person, body: string, key: string): Promise<Comment> {
  const record = await comments.collection.findOne({ author: new ObjectId(author.id), key });
  const first = record && toComment(record as unknown as CommentRecord, author);
  if (first?.body !== body) throw new AppError("idempotency_mismatch");
  return first;
}
