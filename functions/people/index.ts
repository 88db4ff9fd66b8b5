import type { Deps } from "../deps.ts";
import { api } from "../http/api.ts";
import { search, searchRoute } from "./search.ts";

/** Finding people. */
export function people(deps: Deps) {
  const routes = api();
  routes.get("/users", deps.requireUser);
  return routes.openapi(searchRoute, search(deps));
}
