import { createHash } from "node:crypto";
import { LinearRouter } from "hono/router/linear-router";
import { type Config, readConfig } from "../shared/config.ts";
import { createConsoleLog } from "../shared/console-log.ts";
import { createDatabase } from "../shared/database.ts";
import { sessionIdReader } from "../shared/session/cookie.ts";
import { createApp } from "./app.ts";
import { fewConnections, onDemand } from "./on-demand.ts";
import { builtAssets } from "./pages/built-assets.ts";
import { waiting } from "./waiting.ts";

/** The variables of the environment, and the namespace of the objects in which the app runs. */
type Bindings = Record<string, unknown> & {
  FUNCTIONS: { idFromName(name: string): unknown; get(id: unknown): { fetch(request: Request): Promise<Response> } };
};

/** How many objects share the work: each may take 1,000 requests a second, and has connections of its own. */
const objects = 8;

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
      create: () => createDatabase(config, log, {}, fewConnections),
      async build(database) {
        const assets = await builtAssets();
        return createApp({ config, database, log, assets, addressOf, router: new LinearRouter() });
      },
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
    const { log, sessionIdOf } = read(env);
    const address = given.headers.get("cf-connecting-ip") ?? "";
    const request = new Request(given);
    request.headers.set(addressHeader, address);
    const key = sessionIdOf(given.headers.get("cookie") ?? undefined) ?? address;
    const place = (createHash("sha256").update(key).digest()[0] as number) % objects;
    try {
      return await env.FUNCTIONS.get(env.FUNCTIONS.idFromName(`functions-${place}`)).fetch(request);
    } catch (error) {
      // Overloaded, or replaced by another version in the middle of the request.
      log.error({ err: error }, "an object could not answer");
      return waiting().fetch(given);
    }
  },
};
