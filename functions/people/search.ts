import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { limits } from "../../shared/contracts/limits.ts";
import { peopleFound, peopleQuery } from "../../shared/contracts/people.ts";
import { searchKey, toPerson, type UserRecord } from "../../shared/models/user.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";

export const searchRoute = createRoute({
  method: "get",
  path: "/users",
  summary: "Find people by the start of their username or name",
  request: { query: peopleQuery },
  responses: {
    200: answer(peopleFound, `At most ${limits.peopleFound} people, by name, without oneself`),
    ...errors("invalid_input", "unauthenticated"),
  },
});

export function search({ database }: Deps): RouteHandler<typeof searchRoute, Env> {
  return async (c) => {
    const start = searchKey(c.req.valid("query").q);
    if (start === "") return json({ people: [] }, 200);
    const found = await database.models.users
      .find({ searchKeys: { $elemMatch: { $gte: start, $lt: `${start}\u{10FFFF}` } }, _id: { $ne: c.get("user")._id } })
      .sort({ sortName: 1, _id: 1 })
      .limit(limits.peopleFound)
      .maxTimeMS(2_000)
      .lean<UserRecord[]>();
    return json({ people: found.map(toPerson) }, 200);
  };
}
