import { createIndexes } from "../../infra/indexes.ts";
import { readConfig } from "../../shared/config.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { testEnvironment } from "../helpers/config.ts";
import { shapes } from "../helpers/lambda-events.ts";
import { freePort, Process } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";
import { operatorSecret, origin, type Target } from "./target.ts";
import { startLambda } from "./targets/lambda.ts";
import { startNode } from "./targets/node.ts";
import { startWatched } from "./targets/watched.ts";
import { startWorker } from "./targets/worker.ts";

/** The three targets, as the run's setup has built them, which have in common one database, and one realtime node beside them. */
export interface World extends AsyncDisposable {
  environment: Record<string, string>;
  database: Database;
  realtimeUrl: string;
  /** By name; Lambda's process several times, once for each shape of its events; and `watched`, which is none of them. */
  targets: Map<string, Target>;
}

export async function startWorld(): Promise<World> {
  const realtimePort = await freePort();
  const realtimeUrl = `http://localhost:${realtimePort}`;
  const environment = testEnvironment({
    // As people would run it: cookies are for TLS, which ends before each of them.
    NODE_ENV: "production",
    PUBLIC_ORIGIN: origin,
    OPERATOR_SECRET: operatorSecret,
    LOG_LEVEL: "error",
  });
  const database = await openDatabase(readConfig(environment));
  await createIndexes(database);
  const realtime = new Process("realtime/main.ts", {
    ...environment,
    HOST: "localhost",
    REALTIME_PORT: String(realtimePort),
    DRAIN_SPREAD: "0s",
  });
  // There is no secondary: a function that asked one, as this says, would find nobody. All that it reads is the primary's.
  const elsewhere = { ...environment, MONGODB_URI: `${environment.MONGODB_URI}&readPreference=secondary` };
  const [node, lambda, worker, watched] = await Promise.all([
    startNode(elsewhere),
    startLambda(elsewhere),
    startWorker(elsewhere),
    startWatched({ ...elsewhere, SESSION_TOUCH_AFTER: "0s" }),
    until(
      () =>
        fetch(`${realtimeUrl}/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 20_000, what: "the realtime node to be ready" },
    ),
  ]);
  const functions = shapes.map((shape) => lambda.through(shape));
  const all = [node, ...functions, worker, watched];
  return {
    environment,
    database,
    realtimeUrl,
    targets: new Map(all.map((target) => [target.name, target])),
    async [Symbol.asyncDispose]() {
      await Promise.all([...all.map((target) => target[Symbol.asyncDispose]()), realtime.end()]);
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}
