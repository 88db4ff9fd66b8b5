import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { prettyFactory } from "pino-pretty";
import { ConfigError, readConfig } from "../shared/config.ts";
import type { Person } from "../shared/contracts/people.ts";
import { openDatabase } from "../shared/database.ts";
import { bundlePages, writeAssets } from "./bundle.ts";
import { type Child, startChild } from "./dev/child.ts";
import { databaseNames, startDatabase } from "./dev/database.ts";
import { createDemoPeople } from "./dev/demo.ts";
import { type DevOptions, readOptions, usage } from "./dev/options.ts";
import { takenPort } from "./dev/ports.ts";
import { developmentSecret } from "./dev/secret.ts";
import { watchCode } from "./dev/watch.ts";
import { welcome } from "./dev/welcome.ts";
import { createIndexes } from "./indexes.ts";
import { MongodError } from "./mongod/errors.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const kept = join(root, ".kith");
const readyTimeout = 30_000;
/** Long enough to see on the page what the end of a process looks like, in milliseconds. */
const restartDelay = 2_000;

const options = readOptionsOrExit();
/** Something that a person can mend, told without a stack. */
class StartError extends Error {}

/** What is to be ended, the last started first. */
const cleanUps: (() => Promise<unknown> | unknown)[] = [];
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    void stop(0);
  });
}

try {
  await run();
} catch (error) {
  if (!stopping.signal.aborted) {
    const isPlain = error instanceof ConfigError || error instanceof MongodError || error instanceof StartError;
    say(isPlain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
    await stop(1);
  }
}

function readOptionsOrExit(): DevOptions {
  try {
    const read = readOptions(process.argv.slice(2));
    if (!read.help) return read;
    say(usage);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
    process.exit(2);
  }
}

async function run(): Promise<void> {
  if (options.empty && process.env.MONGODB_URI) {
    // It would have to empty a database on a server that is not its own.
    throw new StartError("--empty needs the database that npm run dev starts itself: leave MONGODB_URI out.");
  }
  const given: NodeJS.ProcessEnv = {
    NODE_ENV: "development",
    BREACH_CHECK: "off",
    ...process.env,
    SESSION_SECRETS: process.env.SESSION_SECRETS || (await developmentSecret(join(kept, "secret"))),
  };
  // The ports are looked at before anything is started; the database's address is known only afterwards.
  const { host, port, realtimePort } = readConfig({
    ...given,
    MONGODB_URI: given.MONGODB_URI || "mongodb://127.0.0.1/kith",
  });
  const taken = await takenPort(host, { PORT: port, REALTIME_PORT: realtimePort });
  if (taken) {
    throw new StartError(
      `Port ${taken.port} is taken by another program. Stop it, or choose another port: ${taken.variable}=${taken.port + 100} npm run dev`,
    );
  }

  say("Starting the database ...");
  const environment = { ...given, MONGODB_URI: given.MONGODB_URI || (await startOwnDatabase()) };
  stopping.signal.throwIfAborted();
  const config = readConfig(environment);
  const database = await openDatabase(config);
  let demo: Person[] | undefined;
  try {
    if (options.empty) await database.connection.dropDatabase();
    await createIndexes(database);
    if (!options.empty) demo = await createDemoPeople(database);
  } finally {
    await database.close();
  }
  await buildPages();

  stopping.signal.throwIfAborted();
  const children = {
    functions: start("functions", "functions/node.ts", environment),
    realtime: start("realtime", "realtime/main.ts", environment),
  };
  await Promise.all([untilReady(host, port), untilReady(host, realtimePort)]);
  cleanUps.push(
    watchCode(root, (parts) => {
      void (async () => {
        say(`Changed: ${[...parts].join(", ")}. Restarting ...`);
        if (parts.has("browser")) await buildPages();
        const isFor = (name: string) => parts.has(name as never) || parts.has("shared");
        if (isFor("realtime")) await children.realtime.restart();
        if (isFor("functions") || parts.has("browser")) await children.functions.restart();
      })().catch((error) => say(String(error)));
    }),
  );
  const shownHost = /^(127\.0\.0\.1|0\.0\.0\.0|::)$/.test(host) ? "localhost" : host;
  say(welcome(`http://${shownHost}:${port}`, demo));
}

async function startOwnDatabase(): Promise<string> {
  const { uri, stop } = await startDatabase({
    kept,
    name: options.empty ? databaseNames.empty : databaseNames.usual,
    log: (line) => say(`  ${line}`),
    stopping: stopping.signal,
  });
  cleanUps.push(stop);
  return uri;
}

async function buildPages(): Promise<void> {
  await writeAssets(await bundlePages(), join(root, "dist", "assets"));
}

function start(name: string, entry: string, environment: NodeJS.ProcessEnv): Child {
  const pretty = prettyFactory({ colorize: process.stdout.isTTY, ignore: "pid,hostname,time", singleLine: true });
  const child = startChild({
    entry: join(root, entry),
    environment,
    print: (line) => process.stdout.write(line.startsWith("{") ? pretty(line) : `${line}\n`),
    onExit(code, signal) {
      // Ctrl-C reaches the children too, and they end before they are told to.
      if (stopping.signal.aborted) return;
      if (signal) {
        say(`${name} was ended by ${signal}; it is started again.`);
        void setTimeout(restartDelay).then(() => child.restart({ onlyIfEnded: true }));
      } else {
        say(`${name} ended by itself (code ${code}); it is started again when its code changes.`);
      }
    },
  });
  cleanUps.push(() => child.stop());
  return child;
}

async function untilReady(host: string, port: number): Promise<void> {
  const deadline = Date.now() + readyTimeout;
  for (;;) {
    stopping.signal.throwIfAborted();
    const isReady = await fetch(`http://${host}:${port}/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > deadline)
      throw new StartError(`Nothing was ready on port ${port} within ${readyTimeout / 1000} s.`);
    await setTimeout(50, undefined, { signal: stopping.signal });
  }
}

async function stop(code: number): Promise<never> {
  for (const cleanUp of cleanUps.reverse()) await Promise.resolve(cleanUp()).catch(() => {});
  process.exit(code);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
