import type { Deps } from "../deps.ts";
import { api } from "../http/api.ts";
import { createComment, createCommentRoute } from "./create.ts";
import { listComments, listCommentsRoute } from "./list.ts";
import { removeComment, removeCommentRoute } from "./remove.ts";

/** Comments and the feed. */
export function comments(deps: Deps) {
  const routes = api();
  routes.use("/comments/*", deps.requireUser);
  return routes
    .openapi(createCommentRoute, createComment(deps))
    .openapi(listCommentsRoute, listComments(deps))
    .openapi(removeCommentRoute, removeComment(deps));
}
