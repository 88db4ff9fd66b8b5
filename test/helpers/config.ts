import { inject } from "vitest";
import { withDatabase } from "../../infra/mongod/uri.ts";
import { type Config, readConfig } from "../../shared/config.ts";

/** Where test clients say they come from. */
export const testOrigin = "http://kith.test";

export const testSecret = "a-secret-that-only-tests-know-0123456789";

/** The environment of a test system, on a database of its own. */
export function testEnvironment(overrides: Record<string, string> = {}): Record<string, string> {
  return {
    NODE_ENV: "test",
    MONGODB_URI: freshDatabase(inject("mongodb")),
    SESSION_SECRETS: testSecret,
    PUBLIC_ORIGIN: testOrigin,
    BREACH_CHECK: "off",
    // Each test client says where it comes from, as a proxy would: all come from one machine.
    TRUST_PROXY: "loopback",
    LOG_LEVEL: "silent",
    ...overrides,
  };
}

export function testConfig(overrides: Record<string, string> = {}): Config {
  return readConfig(testEnvironment(overrides));
}

function freshDatabase(uri: string): string {
  return withDatabase(uri, `kith-test-${crypto.randomUUID().slice(0, 8)}`);
}
