import { Types } from "mongoose";
import { comments } from "../../functions/comments/index.ts";
import type { Deps } from "../../functions/deps.ts";
import { friends } from "../../functions/friends/index.ts";
import { api } from "../../functions/http/api.ts";
import { errorResponse } from "../../functions/http/errors.ts";
import type { Config } from "../../shared/config.ts";
import type { Person } from "../../shared/contracts/people.ts";
import type { Database } from "../../shared/database.ts";
import { toAppError } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";

/** Kith's own routes of friends and comments, without the sessions in front of them: who asks is taken on trust. */
export function createPlainApi(database: Database, config: Config, log: Log) {
  const asking = Symbol("asking");
  const deps = {
    database,
    config,
    log,
    requireUser: async (
      c: { env: { [asking]: Person }; set(name: string, value: unknown): void },
      next: () => Promise<void>,
    ) => {
      const { id, username, firstName, lastName } = c.env[asking];
      c.set("user", { _id: new Types.ObjectId(id), displayName: username, username, firstName, lastName });
      await next();
    },
  } as unknown as Deps;
  const app = api();
  app.onError((error, c) => errorResponse(c, toAppError(error)));
  app.route("/api", friends(deps)).route("/api", comments(deps));
  return (path: string, init: RequestInit | undefined, person: Person): Promise<Response> =>
    Promise.resolve(app.request(path, init, { [asking]: person } as never));
}
