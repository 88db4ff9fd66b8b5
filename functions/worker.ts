import { createHash } from "node:crypto";
import { LinearRouter } from "hono/router/linear-router";
import { type Config, readConfig } from "../shared/config.ts";
import { createConsoleLog } from "../shared/console-log.ts";
import { createDatabase } from "../shared/database.ts";
import { sessionIdReader } from "../shared/session/cookie.ts";
import { createApp } from "./app.ts";
import { fewConnections } from "./connections.ts";
import { onDemand } from "./on-demand.ts";
import { builtAssets } from "./pages/built-assets.ts";
import { waiting } from "./waiting.ts";

/** The variables of the environment, and the namespace of the objects in which the app runs. */
type Bindings = Record<string, unknown> & {
  FUNCTIONS: {
    idFromName(name: string): unknown;
    get(id: unknown, options: { locationHint?: string }): { fetch(request: Request): Promise<Response> };
  };
};

/** With a set of three members and what asks about breached passwords, six: all the connections that a Worker may have. */
const maxPoolSize = 2;

/** How the Worker tells an object where a request comes from: what a client says in it is overwritten. */
const addressHeader = "kith-address";

interface Surroundings {
  config: Config;
  log: ReturnType<typeof createConsoleLog>;
  sessionIdOf: (cookies: string | undefined) => string | undefined;
}

let surroundings: Surroundings | undefined;

function read(env: Bindings): Surroundings {
  if (surroundings) return surroundings;
  const texts = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const config = readConfig(Object.fromEntries(texts));
  const log = createConsoleLog({ name: "functions", level: config.logLevel });
  surroundings = { config, log, sessionIdOf: sessionIdReader(config.session.name, config.session.secrets) };
  return surroundings;
}

/**
 * A Durable Object with the whole app and one client. A client of the isolate would be no good: a Worker's sockets belong
 * to the request that opened them, and other requests that use them fail. One for each request works, but has to connect
 * each time, and shares no reads with requests beside it: that was several times as slow. An object that was evicted is
 * made anew, and opens a client anew.
 */
export class Functions {
  readonly #app: ReturnType<typeof onDemand>;

  constructor(_state: unknown, env: Bindings) {
    const { config, log } = read(env);
    const addressOf = (c: { req: { header(name: string): string | undefined } }) => c.req.header(addressHeader);
    this.#app = onDemand({
      create: () => createDatabase(config, log, {}, { ...fewConnections, maxPoolSize }),
      build: (database, assets) => createApp({ config, database, log, assets, addressOf, router: new LinearRouter() }),
      assets: builtAssets,
      log,
    });
  }

  async fetch(request: Request): Promise<Response> {
    return this.#app.fetch(request);
  }
}

export default {
  /** Hands a request to the object of its session or, without one, of its address. */
  async fetch(given: Request, env: Bindings): Promise<Response> {
    const { config, log, sessionIdOf } = read(env);
    const address = given.headers.get("cf-connecting-ip") ?? "";
    const request = new Request(given);
    request.headers.set(addressHeader, address);
    const key = sessionIdOf(given.headers.get("cookie") ?? undefined) ?? address;
    const place = createHash("sha256").update(key).digest().readUInt32BE() % config.objects.count;
    // Near the database, where that was said, and not near who happens to ask first.
    const where = config.objects.region === undefined ? {} : { locationHint: config.objects.region };
    const object = env.FUNCTIONS.get(env.FUNCTIONS.idFromName(`functions-${place}`), where);
    try {
      return await object.fetch(request);
    } catch (error) {
      // Overloaded, or replaced by another version in the middle of the request.
      log.error({ err: error }, "an object could not answer");
      return waiting(await builtAssets(), log).fetch(given);
    }
  },
};
