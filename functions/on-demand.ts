import { type Database, operationTimeout, type UnopenedDatabase } from "../shared/database.ts";
import { withDeadline } from "../shared/deadline.ts";
import { lazily } from "../shared/lazily.ts";
import type { Log } from "../shared/log.ts";
import type { Assets } from "./pages/assets.ts";
import { waiting } from "./waiting.ts";

interface Handler {
  fetch(request: Request, env?: object): Response | Promise<Response>;
}

/**
 * An app on a database that its first request opens, and that is kept for those that follow. One that could not be opened
 * is not kept: the next request tries anew. A request waits as long as for any other use of the database, then it is 503.
 */
export function onDemand(deps: {
  create: () => UnopenedDatabase;
  build: (database: Database, assets: Assets) => Handler;
  assets: () => Promise<Assets>;
  log: Pick<Log, "error">;
}): Handler {
  const { create, build, log } = deps;
  const assets = lazily(deps.assets);
  const without = lazily(async (): Promise<Handler> => waiting(await assets(), log));
  let app: Handler | undefined;
  let opening: Promise<Handler> | undefined;

  /** The app is built while the database's first answers are on their way. */
  async function open(): Promise<Handler> {
    const database = create();
    const building = assets().then((loaded) => build(database, loaded));
    try {
      const [, built] = await Promise.all([database.connect(), building]);
      return built;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  function begin(): Promise<Handler> {
    opening ??= open().catch((error) => {
      opening = undefined;
      log.error({ err: error }, "the functions could not start");
      throw error;
    });
    return opening;
  }

  /** What an earlier request began may fail only because the process was frozen meanwhile. */
  async function opened(): Promise<Handler> {
    return opening ? opening.catch(begin) : begin();
  }

  return {
    async fetch(request, env) {
      if (!app && needsDatabase(new URL(request.url).pathname)) {
        app = await withDeadline(opened(), operationTimeout).catch(() => undefined);
      }
      return (app ?? (await without())).fetch(request, env);
    },
  };
}

/** Whether the process is alive does not wait for a database, nor do the files of a page that says that there is none. */
function needsDatabase(path: string): boolean {
  return path !== "/health" && !path.startsWith("/assets/");
}
