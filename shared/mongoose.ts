import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * mongoose, loaded at its first use: that takes a third of the time in which a function starts, and who is signed in is
 * known without it. A bundle has it inside: infra/bundle-functions.ts.
 */
export function loadMongoose(): typeof import("mongoose") {
  return require("mongoose");
}
