import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Unit tests do no I/O; the others share one replica set, each file in a database of its own. */
export default defineConfig({
  root,
  test: {
    root,
    maxWorkers: 2,
    reporters: ["default", "test/acceptance/reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          root,
          include: ["test/unit/**/*.test.ts"],
          setupFiles: ["test/helpers/no-network.ts"],
          // A machine that is busy with the other projects hashes passwords slowly.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "integration",
          root,
          include: ["test/integration/**/*.test.ts"],
          globalSetup: ["test/helpers/replica-set.ts"],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "contract",
          root,
          include: ["test/contract/**/*.test.ts"],
          // One of its options is to leave options out, which express-session warns of.
          env: { NO_DEPRECATION: "express-session" },
          globalSetup: ["test/helpers/replica-set.ts"],
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "acceptance",
          root,
          include: ["test/acceptance/**/*.test.ts"],
          globalSetup: ["test/helpers/replica-set.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          root,
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/helpers/replica-set.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
