import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { feedPage, feedQuery } from "../../shared/contracts/comments.ts";
import { limits } from "../../shared/contracts/limits.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";
import { readAtTime } from "../http/read-at-time.ts";
import { readFeed } from "./feed.ts";

export const listCommentsRoute = createRoute({
  method: "get",
  path: "/comments",
  summary: "The feed: one's own and friends' comments, newest first",
  description: [
    "`before` continues from an earlier page's `next`.",
    `\`after\` catches up from a position: everything since ${limits.catchUp.overlapSeconds} s before it, removals too.`,
    "`time` is the `time` of a socket's `me`: the answer holds all that the socket will not be told.",
    "With it comes `authorsTag`: another one than before says that friends came or went, and that the feed is to be read anew.",
  ].join(" "),
  request: { query: feedQuery },
  responses: {
    200: answer(feedPage, "A page of the feed"),
    ...errors("invalid_input", "time_ahead", "unauthenticated"),
  },
});

export function listComments({ database }: Deps): RouteHandler<typeof listCommentsRoute, Env> {
  return async (c) => {
    const query = c.req.valid("query");
    const reader = c.get("user")._id.toHexString();
    const page = await readAtTime(database.client, query.time, (session) =>
      readFeed(database.models, reader, query, session),
    );
    return json(page, 200);
  };
}
