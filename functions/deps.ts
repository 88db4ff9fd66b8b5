import type { Config } from "../shared/config.ts";
import type { Database } from "../shared/database.ts";
import type { Log } from "../shared/log.ts";
import type { BreachCheck } from "./accounts/breach.ts";
import type { Authenticator } from "./accounts/passport.ts";
import type { requireUser } from "./http/require-user.ts";
import type { Assets } from "./pages/assets.ts";

/** What createApp is given. */
export interface AppDeps {
  config: Config;
  database: Database;
  log: Log;
  assets: Assets;
}

/** What the features share: the above, and what createApp makes of it. */
export interface Deps extends AppDeps {
  authenticator: Authenticator;
  requireUser: ReturnType<typeof requireUser>;
  isBreached: BreachCheck;
  /** A Set-Cookie value that takes the session's cookie from the browser. */
  clearingCookie: string;
}
