import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "../../shared/config.ts";

const production = {
  MONGODB_URI: "mongodb://db.example.org/kith?replicaSet=rs0",
  SESSION_SECRETS: "pEGM1kqY0mTq7Jv1sZ9x-wr3B8uXn5Lc",
  PUBLIC_ORIGIN: "https://kith.example.org",
};

function problemsOf(environment: Record<string, string>): Record<string, string> {
  try {
    readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ variable, problem }) => [variable, problem]));
  }
  return {};
}

describe("readConfig", () => {
  test("reads a production environment with the documented defaults, frozen", () => {
    const config = readConfig(production);
    expect(config).toEqual({
      environment: "production",
      mongodbUri: production.MONGODB_URI,
      session: {
        secrets: [production.SESSION_SECRETS],
        name: "connect.sid",
        idle: 604_800_000,
        absolute: 2_592_000_000,
        touchAfter: 60_000,
        stringify: true,
        encryptionKey: undefined,
      },
      cookie: { secure: true, domain: undefined },
      publicOrigins: ["https://kith.example.org"],
      realtimeUrl: undefined,
      host: "0.0.0.0",
      objects: { count: 8, region: undefined },
      port: 3000,
      realtimePort: 3001,
      metricsPort: undefined,
      sockets: { perUser: 50, perAddress: 1_000 },
      drainSpread: 15_000,
      trustProxy: [],
      breachCheck: true,
      passwordUpgrade: true,
      operatorSecret: undefined,
      logLevel: "info",
    });
    expect(Object.isFrozen(config.session)).toBe(true);
  });

  test("runs as production unless told otherwise by the exact word", () => {
    expect(readConfig({ ...production, NODE_ENV: "staging" }).environment).toBe("production");
    expect(readConfig({ ...production, NODE_ENV: "development" }).environment).toBe("development");
  });

  test("names every problem at once, each with its variable", () => {
    const problems = problemsOf({
      OPERATOR_SECRET: "too short",
      SESSION_IDLE: "a week",
      SESSION_STRINGIFY: "yes",
      PORT: "99999",
      BREACH_CHECK: "maybe",
      PUBLIC_ORIGIN: "https://kith.example.org/",
    });
    expect(Object.keys(problems).sort()).toEqual([
      "BREACH_CHECK",
      "MONGODB_URI",
      "OPERATOR_SECRET",
      "PORT",
      "PUBLIC_ORIGIN",
      "SESSION_IDLE",
      "SESSION_SECRETS",
      "SESSION_STRINGIFY",
    ]);
    for (const problem of Object.values(problems)) expect(problem).toMatch(/must|set it|write/);
  });

  test.each([
    ["missing", ""],
    ["empty", " , "],
    ["short", "keyboard cat"],
    ["repeated", "a".repeat(64)],
    ["from a sample", "secretsecretsecretsecretsecretsecret"],
  ])("refuses a signing secret that is %s in production", (_, secret) => {
    expect(problemsOf({ ...production, SESSION_SECRETS: secret })).toHaveProperty("SESSION_SECRETS");
  });

  test("asks strength of the signing secret only: old ones come from elsewhere", () => {
    const config = readConfig({ ...production, SESSION_SECRETS: `${production.SESSION_SECRETS}, keyboard cat` });
    expect(config.session.secrets).toEqual([production.SESSION_SECRETS, "keyboard cat"]);
  });

  test("enforces what a prefixed cookie name promises", () => {
    const host = { ...production, SESSION_NAME: "__Host-sid" };
    expect(problemsOf(host)).toEqual({});
    expect(problemsOf({ ...host, COOKIE_SECURE: "false" })).toHaveProperty("SESSION_NAME");
    expect(problemsOf({ ...host, COOKIE_DOMAIN: "example.org" })).toHaveProperty("SESSION_NAME");
  });

  test("takes both local names in development without a word", () => {
    const config = readConfig({ ...production, NODE_ENV: "development", PUBLIC_ORIGIN: "", PORT: "4000" });
    expect(config.publicOrigins).toEqual(["http://localhost:4000", "http://127.0.0.1:4000"]);
    expect(config.cookie.secure).toBe(false);
  });
});
