import type { Deps } from "../deps.ts";
import { api } from "../http/api.ts";
import { me, meRoute } from "./me.ts";
import { showSession, showSessionRoute } from "./show-session.ts";
import { signIn, signInRoute } from "./sign-in.ts";
import { signOut, signOutRoute } from "./sign-out.ts";
import { signUp, signUpRoute } from "./sign-up.ts";

/** Signing up, in and out, and who is signed in. */
export function accounts(deps: Deps) {
  const routes = api();
  routes.get("/me", deps.requireUser);
  routes.get("/session", deps.requireUser);
  return routes
    .openapi(signUpRoute, signUp(deps))
    .openapi(signInRoute, signIn(deps))
    .openapi(showSessionRoute, showSession(deps))
    .openapi(signOutRoute, signOut(deps))
    .openapi(meRoute, me);
}
