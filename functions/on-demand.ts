import type { MongoClientOptions } from "mongodb";
import { type Database, operationTimeout, type UnopenedDatabase } from "../shared/database.ts";
import { withDeadline } from "../shared/deadline.ts";
import type { Log } from "../shared/log.ts";
import { waiting } from "./waiting.ts";

interface Handler {
  fetch(request: Request, env?: object): Response | Promise<Response>;
}

/**
 * The connections of a process that may be one of thousands, and be frozen at any time: one to each member, which polls it
 * (a stream would take another one), and to the primary these, as many as one request uses side by side. With a set of three
 * members they are six, which is all that a Worker may have open. One that was idle for a minute is not used again: a
 * process that was frozen does not hear of the end of its connections.
 */
export const fewConnections = {
  minPoolSize: 0,
  maxPoolSize: 3,
  maxIdleTimeMS: 60_000,
  serverMonitoringMode: "poll",
} as const satisfies MongoClientOptions;

/** How many connections a process has at most, to a set of so many members. */
export function mostConnections(members: number): number {
  return fewConnections.maxPoolSize + members;
}

/**
 * An app on a database that its first request opens, and that is kept for those that follow. One that could not be opened
 * is not kept: the next request tries anew. A request waits as long as for any other use of the database, then it is 503;
 * whether the process is alive does not wait.
 */
export function onDemand(deps: {
  create: () => UnopenedDatabase;
  build: (database: Database) => Handler | Promise<Handler>;
  log: Pick<Log, "error">;
}): Handler {
  const { create, build, log } = deps;
  const without = waiting();
  let app: Handler | undefined;
  let opening: Promise<Handler> | undefined;

  /** The app is built while the database's first answers are on their way. */
  async function open(): Promise<Handler> {
    const database = create();
    const [, built] = await Promise.all([database.connect(), build(database)]);
    return built;
  }

  function begin(): Promise<Handler> {
    opening ??= open().catch((error) => {
      opening = undefined;
      log.error({ err: error }, "the database could not be opened");
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
      if (!app && new URL(request.url).pathname !== "/health") {
        app = await withDeadline(opened(), operationTimeout).catch(() => undefined);
      }
      return (app ?? without).fetch(request, env);
    },
  };
}
