import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { person } from "../../shared/contracts/people.ts";
import { toPerson } from "../../shared/models/user.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";

export const meRoute = createRoute({
  method: "get",
  path: "/me",
  summary: "Who is signed in",
  responses: { 200: answer(person, "The user of the session"), ...errors("unauthenticated") },
});

export const me: RouteHandler<typeof meRoute, Env> = (c) => json(toPerson(c.get("user")), 200);
