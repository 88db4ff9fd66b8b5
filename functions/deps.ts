import type { Context } from "hono";
import type { Config } from "../shared/config.ts";
import type { Database } from "../shared/database.ts";
import type { Log } from "../shared/log.ts";
import type { UserDirectory } from "../shared/users.ts";
import type { Attempts } from "./accounts/attempts.ts";
import type { BreachCheck } from "./accounts/breach.ts";
import type { Authenticator } from "./accounts/passport.ts";
import type { api } from "./http/api.ts";
import type { Answered } from "./http/observe.ts";
import type { requireUser } from "./http/require-user.ts";
import type { Assets } from "./pages/assets.ts";

/** What createApp is given. */
export interface AppDeps {
  config: Config;
  database: Database;
  log: Log;
  assets: Assets;
  /** The address of whoever sent a request, as the platform knows it. Without it all clients are counted as one. */
  addressOf?: (c: Context) => string | undefined;
  /** Told of each answer, for metrics and logs. */
  observe?: (answered: Answered) => void;
  /** Finds routes: Hono's default is fast for a process that stays, but prepares all routes for the first request. */
  router?: ReturnType<typeof api>["router"];
  /** Another collection of users than Kith's own; people then sign up where it is at home. */
  users?: UserDirectory;
}

/** What the features share: the above, and what createApp makes of it. */
export interface Deps extends AppDeps {
  users: UserDirectory;
  attempts: Attempts;
  /** In the form in which addresses are counted; "unknown" where it is not known. */
  addressOf: (c: Context) => string;
  ownsAccounts: boolean;
  authenticator: Authenticator;
  requireUser: ReturnType<typeof requireUser>;
  isBreached: BreachCheck;
  /** A Set-Cookie value that takes the session's cookie from the browser. */
  clearingCookie: string;
}
