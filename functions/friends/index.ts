import type { Deps } from "../deps.ts";
import { api } from "../http/api.ts";
import { blockPerson, blockRoute } from "./block.ts";
import { list, listRoute } from "./list.ts";
import { unblockPerson, unblockRoute } from "./unblock.ts";
import { unwant, unwantRoute } from "./unwant.ts";
import { want, wantRoute } from "./want.ts";

/** Who is friends with whom, and who blocks whom. */
export function friends(deps: Deps) {
  const routes = api();
  routes.use("/friends/*", deps.requireUser);
  routes.use("/blocks/*", deps.requireUser);
  return routes
    .openapi(listRoute, list(deps))
    .openapi(wantRoute, want(deps))
    .openapi(unwantRoute, unwant(deps))
    .openapi(blockRoute, blockPerson(deps))
    .openapi(unblockRoute, unblockPerson(deps));
}
