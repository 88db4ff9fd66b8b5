import { z } from "zod";
import { count, durationText, isProxyRange, list, onOff, port, trueFalse, url } from "./environment.ts";

/** What a process was told about its surroundings. Durations are milliseconds. */
export type Config = Readonly<{
  environment: "production" | "development" | "test";
  mongodbUri: string;
  session: Readonly<{
    secrets: readonly string[];
    name: string;
    idle: number;
    absolute: number;
    touchAfter: number;
    stringify: boolean;
    /** Encrypts stored sessions, as connect-mongo's createWebCryptoAdapter does with this secret. */
    encryptionKey: string | undefined;
  }>;
  cookie: Readonly<{ secure: boolean; domain: string | undefined }>;
  /** Origins that may send unsafe requests and open sockets. */
  publicOrigins: readonly string[];
  /** Where the browser finds the sockets; undefined means the page's own origin (or its host, in development). */
  realtimeUrl: string | undefined;
  host: string;
  port: number;
  realtimePort: number;
  /** Where Prometheus' text is served, in each process; undefined: nowhere. */
  metricsPort: number | undefined;
  /** Sockets that one realtime node holds at most, of one user and from one address. */
  sockets: Readonly<{ perUser: number; perAddress: number }>;
  /** Over how many milliseconds a realtime node that was told to stop sends its clients away; 0: it closes them at once. */
  drainSpread: number;
  /** On Workers: how many Durable Objects share the work, and in which of Cloudflare's regions they are made. */
  objects: Readonly<{ count: number; region: string | undefined }>;
  /** Proxies whose forwarded headers count: addresses, CIDR ranges, or proxy-addr's names of ranges. */
  trustProxy: readonly string[];
  breachCheck: boolean;
  /** Whether a weaker password hash is replaced when its owner signs in. */
  passwordUpgrade: boolean;
  /** The password of the operator's page; undefined: there is no such page. */
  operatorSecret: string | undefined;
  logLevel: string;
}>;

/** Every bad variable at once, each with its mend. */
export class ConfigError extends Error {
  readonly problems: readonly { variable: string; problem: string }[];

  constructor(problems: readonly { variable: string; problem: string }[]) {
    const lines = problems.map(({ variable, problem }) => `  ${variable}: ${problem}`);
    super(`The environment is not usable:\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Cloudflare's location hints. */
const regions = ["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"] as const;

const schema = z.object({
  NODE_ENV: z.string().optional(),
  MONGODB_URI: z
    .string({ error: "is missing; set it to a replica set, such as mongodb://127.0.0.1:27017/kith?replicaSet=rs0" })
    .regex(
      /^mongodb(\+srv)?:\/\/[^/?]+\/[^/?]+/,
      "must start with mongodb:// or mongodb+srv:// and name a database, as mongodb://127.0.0.1:27017/kith?replicaSet=rs0 does",
    ),
  SESSION_SECRETS: z
    .string({ error: "is missing; set it to a secret of 32 characters or more (openssl rand -base64 32)" })
    .pipe(list),
  SESSION_NAME: z
    .string()
    .regex(/^[\w!#$%&'*.^`|~+-]+$/, "must be a cookie name")
    .default("connect.sid"),
  SESSION_IDLE: durationText("7d").refine((ms) => ms >= 1_000, "must be a second or more"),
  SESSION_ABSOLUTE: durationText("30d").refine((ms) => ms >= 1_000, "must be a second or more"),
  SESSION_TOUCH_AFTER: durationText("60s"),
  SESSION_STRINGIFY: trueFalse.default(true),
  SESSION_ENCRYPTION_KEY: z.string().min(32, "must be 32 characters or more (openssl rand -base64 32)").optional(),
  COOKIE_SECURE: trueFalse.optional(),
  COOKIE_DOMAIN: z
    .string()
    .regex(/^[\w.-]+$/, "must be a domain")
    .optional(),
  PUBLIC_ORIGIN: list.optional(),
  REALTIME_URL: url(["http:", "https:"], "https://live.example.org").optional(),
  PORT: port.default(3000),
  REALTIME_PORT: port.default(3001),
  METRICS_PORT: port.optional(),
  SOCKETS_PER_USER: count.default(50),
  SOCKETS_PER_ADDRESS: count.default(1_000),
  DRAIN_SPREAD: durationText("15s").optional(),
  OBJECTS: count.default(8),
  OBJECTS_REGION: z.enum(regions, { error: `must be one of ${regions.join(", ")}` }).optional(),
  HOST: z.string().optional(),
  TRUST_PROXY: list
    .refine(
      (items) => items.every(isProxyRange),
      "must be addresses, CIDR ranges, or loopback, linklocal or uniquelocal, comma separated",
    )
    .default([]),
  BREACH_CHECK: onOff.default(true),
  PASSWORD_UPGRADE: onOff.default(true),
  OPERATOR_SECRET: z.string().min(16, "must be 16 characters or more (openssl rand -base64 24)").optional(),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"], { error: "must be debug, info, warn, error or silent" })
    .default("info"),
});

/**
 * Reads the environment into a frozen Config.
 * @throws ConfigError naming every bad variable and its mend
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  const problems: { variable: string; problem: string }[] = [];
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push({ variable: String(issue.path[0]), problem: issue.message });
  }
  const mode =
    environment.NODE_ENV === "development" || environment.NODE_ENV === "test" ? environment.NODE_ENV : "production";
  const production = mode === "production";
  const secrets = splitList(environment.SESSION_SECRETS);
  if (production && environment.SESSION_SECRETS && !isStrongSecret(secrets[0] ?? "")) {
    problems.push({
      variable: "SESSION_SECRETS",
      problem: "the first secret signs and is too weak; use 32 random characters or more (openssl rand -base64 32)",
    });
  } else if (environment.SESSION_SECRETS && secrets.length === 0) {
    problems.push({ variable: "SESSION_SECRETS", problem: "holds no secret" });
  }
  if (environment.PUBLIC_ORIGIN ? splitList(environment.PUBLIC_ORIGIN).length === 0 : production) {
    problems.push({
      variable: "PUBLIC_ORIGIN",
      problem: "is missing; set it to where people open Kith, such as https://kith.example.org",
    });
  }
  for (const origin of splitList(environment.PUBLIC_ORIGIN)) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      problems.push({
        variable: "PUBLIC_ORIGIN",
        problem: `${origin} is no origin; write scheme, host and port only, without a slash at the end`,
      });
    }
  }
  const secure = environment.COOKIE_SECURE ? environment.COOKIE_SECURE === "true" : production;
  // A browser silently drops a prefixed cookie that breaks the rules of its prefix.
  const prefix = /^__(Host|Secure)-/i.exec(environment.SESSION_NAME ?? "")?.[1]?.toLowerCase();
  if (prefix && !secure) problems.push({ variable: "SESSION_NAME", problem: "its prefix needs COOKIE_SECURE=true" });
  if (prefix === "host" && environment.COOKIE_DOMAIN) {
    problems.push({ variable: "SESSION_NAME", problem: "its prefix __Host- cannot be used with COOKIE_DOMAIN" });
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const env = parsed.data;
  return deepFreeze({
    environment: mode,
    mongodbUri: env.MONGODB_URI,
    session: {
      secrets: env.SESSION_SECRETS,
      name: env.SESSION_NAME,
      idle: env.SESSION_IDLE,
      absolute: env.SESSION_ABSOLUTE,
      touchAfter: env.SESSION_TOUCH_AFTER,
      stringify: env.SESSION_STRINGIFY,
      encryptionKey: env.SESSION_ENCRYPTION_KEY,
    },
    cookie: { secure, domain: env.COOKIE_DOMAIN },
    publicOrigins: env.PUBLIC_ORIGIN ?? [`http://localhost:${env.PORT}`, `http://127.0.0.1:${env.PORT}`],
    realtimeUrl: env.REALTIME_URL,
    host: env.HOST ?? (production ? "0.0.0.0" : "127.0.0.1"),
    port: env.PORT,
    realtimePort: env.REALTIME_PORT,
    metricsPort: env.METRICS_PORT,
    sockets: { perUser: env.SOCKETS_PER_USER, perAddress: env.SOCKETS_PER_ADDRESS },
    drainSpread: env.DRAIN_SPREAD ?? (production ? 15_000 : 0),
    objects: { count: env.OBJECTS, region: env.OBJECTS_REGION },
    trustProxy: env.TRUST_PROXY,
    breachCheck: env.BREACH_CHECK,
    passwordUpgrade: env.PASSWORD_UPGRADE,
    operatorSecret: env.OPERATOR_SECRET,
    logLevel: env.LOG_LEVEL,
  });
}

function splitList(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}

/** Length and variety: what a person types by hand, repeats or copies from a sample fails. */
function isStrongSecret(secret: string): boolean {
  return secret.length >= 32 && new Set(secret).size >= 12;
}

function deepFreeze<T extends object>(value: T): T {
  for (const item of Object.values(value)) if (typeof item === "object" && item !== null) deepFreeze(item);
  return Object.freeze(value);
}
