import { countedAddress } from "../shared/client-address.ts";
import { operationTimeout } from "../shared/database.ts";
import { lazily } from "../shared/lazily.ts";
import { createAttempts } from "./accounts/attempts.ts";
import { createBreachCheck } from "./accounts/breach.ts";
import { accounts } from "./accounts/index.ts";
import { createAuthenticator } from "./accounts/passport.ts";
import { ownUsers } from "./accounts/users.ts";
import { comments } from "./comments/index.ts";
import type { AppDeps, Deps } from "./deps.ts";
import { friends } from "./friends/index.ts";
import { health } from "./health/index.ts";
import { api } from "./http/api.ts";
import { deadline } from "./http/deadline.ts";
import { missingRoute, reportError } from "./http/errors.ts";
import { json } from "./http/json.ts";
import { observe } from "./http/observe.ts";
import { openApiDocument } from "./http/openapi.ts";
import { requireOrigin } from "./http/origin.ts";
import { requireUser } from "./http/require-user.ts";
import { clearingCookie } from "./http/session/clearing-cookie.ts";
import { createSession } from "./http/session/index.ts";
import { operator } from "./operator/index.ts";
import { assetFiles } from "./pages/asset-files.ts";
import { docs } from "./pages/docs/index.ts";
import type { OpenApi } from "./pages/docs/operation.ts";
import { answerError } from "./pages/error.ts";
import { pages } from "./pages/index.ts";
import { people } from "./people/index.ts";

/**
 * The two reads of the GET have a deadline of their own, one for all requests that share them. So has each write of the
 * DELETE: there may be many, and none of them is to be left out because the first ones took long.
 */
const hasOwnDeadlines: ReadonlySet<string> = new Set(["GET /api/me", "DELETE /api/me"]);

/** The typed API, for hono/client's `hc`. */
export type AppType = ReturnType<typeof apiRoutes>;

/** Builds the HTTP side from what it is given; opens nothing, listens nowhere, and keeps nothing between two requests. */
export function createApp(given: AppDeps) {
  const { config, database, log } = given;
  const cookie = {
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: config.cookie.secure,
    domain: config.cookie.domain,
  } as const;
  const users = given.users ?? ownUsers(given);
  const authenticator = createAuthenticator({ users, database });
  const deps: Deps = {
    ...given,
    users,
    ownsAccounts: given.users === undefined,
    attempts: createAttempts(database, log),
    addressOf: (c) => countedAddress(given.addressOf?.(c)),
    authenticator,
    requireUser: requireUser(authenticator),
    isBreached: config.breachCheck ? createBreachCheck(log) : async () => false,
    clearingCookie: clearingCookie(config.session.name, cookie),
  };
  const session = createSession({
    store: database.sessions,
    secret: config.session.secrets,
    name: config.session.name,
    cookie: { ...cookie, maxAge: config.session.idle },
    resave: false,
    saveUninitialized: false,
    // The browser's cookie moves along with the record.
    rolling: "touch",
    // People reach Kith as the environment says; what a proxy says of a request changes nothing in that.
    isSecure: () => config.cookie.secure,
    onError(error, _, action) {
      if (action !== "touch") throw error;
      // The answer stands: the session was read, and its next use writes what this one could not.
      log.warn({ err: error }, "a session could not be touched");
    },
  });

  const app = api(given.router ? { router: given.router } : {});
  const findMissing = lazily(() => missingRoute(app as never));
  app.onError((thrown, c) => answerError(c, reportError(c, thrown, log), given.assets));
  app.notFound((c) => answerError(c, reportError(c, findMissing()(c), log), given.assets));

  if (given.observe) app.use(observe(given.observe));
  // Before the session: none of these needs one, and all must answer while the database does not.
  app.route("/", health(database));
  app.route("/", assetFiles(given.assets));
  const document = openApiDocument(config.session.name);
  app.route(
    "/",
    docs(given.assets, () => document(routes as never) as OpenApi),
  );
  app.use(requireOrigin(config.publicOrigins));
  app.use(deadline(operationTimeout, hasOwnDeadlines));
  // Without the session: a page that is left open would keep it alive.
  if (config.operatorSecret !== undefined) app.route("/", operator(deps, config.operatorSecret));
  app.use(session);
  const routes = apiRoutes(app, deps);
  routes.get("/api/openapi.json", () => json(document(routes as never), 200));
  routes.route("/", pages(deps));
  return routes;
}

function apiRoutes(app: ReturnType<typeof api>, deps: Deps) {
  return app
    .route("/api", accounts(deps))
    .route("/api", people(deps))
    .route("/api", friends(deps))
    .route("/api", comments(deps));
}
