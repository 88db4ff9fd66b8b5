import type { Deps } from "../deps.ts";
import { api } from "../http/api.ts";
import { changePassword, changePasswordRoute } from "./change-password.ts";
import { deleteMe, deleteMeRoute } from "./delete-me.ts";
import { endOtherSessions, endOtherSessionsRoute } from "./end-other-sessions.ts";
import { endOwnSession, endOwnSessionRoute } from "./end-session.ts";
import { listSessions, listSessionsRoute } from "./list-sessions.ts";
import { me, meRoute } from "./me.ts";
import { rename, renameRoute } from "./rename.ts";
import { showSession, showSessionRoute } from "./show-session.ts";
import { signIn, signInRoute } from "./sign-in.ts";
import { signOut, signOutRoute } from "./sign-out.ts";
import { signUp, signUpRoute } from "./sign-up.ts";

/** Signing up, in and out; who is signed in, and where; one's name, password and account. */
export function accounts(deps: Deps) {
  const routes = api();
  routes.get("/me", deps.requireUser);
  routes.patch("/me", deps.requireUser);
  routes.delete("/me", deps.requireUser);
  routes.get("/session", deps.requireUser);
  routes.get("/sessions", deps.requireUser);
  routes.delete("/sessions", deps.requireUser);
  routes.delete("/sessions/:id", deps.requireUser);
  routes.put("/password", deps.requireUser);
  return routes
    .openapi(signUpRoute, signUp(deps))
    .openapi(signInRoute, signIn(deps))
    .openapi(showSessionRoute, showSession(deps))
    .openapi(signOutRoute, signOut(deps))
    .openapi(listSessionsRoute, listSessions(deps))
    .openapi(endOtherSessionsRoute, endOtherSessions(deps))
    .openapi(endOwnSessionRoute, endOwnSession(deps))
    .openapi(changePasswordRoute, changePassword(deps))
    .openapi(meRoute, me)
    .openapi(renameRoute, rename(deps))
    .openapi(deleteMeRoute, deleteMe(deps));
}
