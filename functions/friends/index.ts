import type { Deps } from "../deps.ts";
import { api } from "../http/api.ts";
import { list, listRoute } from "./list.ts";
import { unwant, unwantRoute } from "./unwant.ts";
import { want, wantRoute } from "./want.ts";

/** Who is friends with whom. */
export function friends(deps: Deps) {
  const routes = api();
  routes.use("/friends/*", deps.requireUser);
  return routes.openapi(listRoute, list(deps)).openapi(wantRoute, want(deps)).openapi(unwantRoute, unwant(deps));
}
