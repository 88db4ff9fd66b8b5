import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Each file has a replica set and processes of its own; two at a time, as they mostly wait, and more would starve each other. */
export default defineConfig({
  root,
  test: {
    root,
    maxWorkers: 2,
    include: ["test/faults/**/*.test.ts"],
    globalSetup: ["test/faults/pages.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What each test says of its fault is its result.
    disableConsoleIntercept: true,
  },
});
