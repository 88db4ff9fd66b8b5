import session, { type CookieOptions, type Store } from "express-session";
import type { Context } from "hono";
import type { SessionStore } from "../../../shared/session/store.ts";

/** What went wrong too late for the answer, which stands: `cookie` means that Set-Cookie could not be written. */
export type LateAction = "cookie" | "destroy" | "save" | "touch";

/** A store that also knows which touches it would write: the others need not be asked for. */
export type AnyStore = Store & Partial<Pick<SessionStore, "isTouchDue" | "recordOf">>;

/** express-session 1.19's options, with its defaults; functions are given Hono's Context in the place of `req`. */
export interface SessionOptions {
  /** Signs the session id: the first signs, all verify. */
  secret: string | Buffer | readonly (string | Buffer)[];
  /** The name of the cookie (`connect.sid`). */
  name?: string;
  /** Any express-session store; by default a new MemoryStore, which one process alone can see, and only until it ends. */
  store?: AnyStore;
  /** The cookie's attributes. `secure` and `sameSite` may be `"auto"`, also in the result of a function. */
  cookie?: CookieOptions | ((c: Context) => CookieOptions);
  /** Makes a session id; by default 192 random bits as 32 characters. */
  genid?: (c: Context) => string;
  /** True takes the leftmost X-Forwarded-Proto for the scheme of a request; otherwise its URL has it. */
  proxy?: boolean;
  /** Ours: whether a request came over TLS as its sender sees it, in the place of `proxy`. */
  isSecure?: (c: Context) => boolean;
  /** Saves a session also when nothing in it changed (true). */
  resave?: boolean;
  /** Sends the cookie with every answer (false). Ours: `"touch"` sends it whenever the stored record's end moves. */
  rolling?: boolean | "touch";
  /** Stores a new session also when nothing is in it (true). */
  saveUninitialized?: boolean;
  /** What becomes of the record when a handler does `c.set("session", null)` (`"keep"`). */
  unset?: "destroy" | "keep";
  /** Told what failed after the handler; what it throws fails the request instead. Writes to stderr by default. */
  onError?: (error: unknown, c: Context, action: LateAction) => void;
}

export type Settings = ReturnType<typeof settingsOf>;

const optionNames: (keyof SessionOptions)[] = [
  "secret",
  "name",
  "store",
  "cookie",
  "genid",
  "proxy",
  "isSecure",
  "resave",
  "rolling",
  "saveUninitialized",
  "unset",
  "onError",
];

/**
 * The options with their defaults.
 * @throws TypeError naming the option that is unknown, missing or of the wrong kind
 */
export function settingsOf(options: SessionOptions) {
  for (const option of Object.keys(options)) {
    if ((optionNames as string[]).includes(option)) continue;
    const instead = option === "key" ? 'use "name"' : `known are ${optionNames.join(", ")}`;
    throw new TypeError(`createSession has no option "${option}": ${instead}.`);
  }
  const secrets = [options.secret].flat().filter((secret) => secret !== undefined && secret.length > 0);
  if (secrets.length === 0 || secrets.length < [options.secret].flat().length) {
    // express-session would fall back on the secret of cookie-parser, which there is not over fetch.
    throw new TypeError('createSession: "secret" must be one or more secrets, and none of them empty.');
  }
  if (options.genid !== undefined && typeof options.genid !== "function") {
    throw new TypeError('createSession: "genid" must be a function.');
  }
  if (options.unset !== undefined && options.unset !== "destroy" && options.unset !== "keep") {
    throw new TypeError('createSession: "unset" must be "destroy" or "keep".');
  }
  if (typeof options.store === "function") {
    throw new TypeError('createSession: "store" must be a store, not the class of one.');
  }
  const { proxy, cookie = {}, onError = writeError } = options;
  const isForwardedSecure = (c: Context) =>
    c.req.header("x-forwarded-proto")?.split(",")[0]?.trim().toLowerCase() === "https";
  return {
    secrets: secrets as [string | Buffer, ...(string | Buffer)[]],
    name: options.name ?? "connect.sid",
    store: options.store ?? (new session.MemoryStore() as AnyStore),
    cookieOf: typeof cookie === "function" ? cookie : () => cookie,
    genid: options.genid,
    isSecure:
      options.isSecure ?? ((c: Context) => c.req.url.startsWith("https:") || (proxy === true && isForwardedSecure(c))),
    resave: options.resave ?? true,
    rolling: options.rolling ?? false,
    saveUninitialized: options.saveUninitialized ?? true,
    unset: options.unset ?? "keep",
    onError,
  };
}

function writeError(error: unknown, _: Context, action: LateAction): void {
  // biome-ignore lint/suspicious/noConsole: where nobody wants to be told, it must not be lost
  console.error(`A session's ${action} failed after the handler:`, error);
}
