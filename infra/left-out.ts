import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const packages = fileURLToPath(new URL("../node_modules", import.meta.url));

/** What packages bring along and Kith never reaches, by file, and what stands in its place: a third of a bundle would be it. */
const leftOut: Record<string, string> = {
  // The platform's own URL by another name, with tables of 300 KB.
  "whatwg-url/index.js": "export const { URL, URLSearchParams } = globalThis;",
  // Error messages in fifty languages, and schemas made from JSON Schema.
  "zod/v4/locales/index.js": 'export { default as en } from "./en.js";',
  "zod/v4/classic/from-json-schema.js": "export const fromJSONSchema = undefined;",
  // A compiler of schemas, which takes `eval`.
  "zod/v4/core/compile.js":
    "export const [INVALID, compile, withParser, ZodCompileAsyncError, ZodCompileUnsupportedError] = [];",
  // Matching in memory, for what mongoose populates.
  "sift/index.js": "",
  // Limiters for a dozen other stores.
  "rate-limiter-flexible/index.js": `
    export { default as RateLimiterMongo } from "./lib/RateLimiterMongo.js";
    export { default as RateLimiterRes } from "./lib/RateLimiterRes.js";`,
  // The cipher for sessions that Kith does not offer.
  "kruptein/index.js": "module.exports = () => { throw new Error('kruptein is not in this bundle.'); };",
  // Of express-session its classes are used; the middleware is Kith's own.
  "express-session/index.js": `
    const [Cookie, Session, Store] = [require("./session/cookie"), require("./session/session"), require("./session/store")];
    module.exports = { Cookie, Session, Store, MemoryStore: require("./session/memory") };`,
  // What packages tell their own developers.
  "debug/src/index.js": "module.exports = () => Object.assign(() => {}, { enabled: false });",
  // Files in the database, writes to several collections at once, and encryption of fields.
  "mongodb/lib/gridfs/index.js": "",
  "mongodb/lib/gridfs/download.js": "",
  "mongodb/lib/gridfs/upload.js": "",
  "mongodb/lib/operations/client_bulk_write/executor.js": "",
  "mongodb/lib/client-side-encryption/auto_encrypter.js": "",
  "mongodb/lib/client-side-encryption/client_encryption.js": "",
};

export const leaveOut: Plugin = {
  name: "leave-out",
  setup({ onStart, onLoad }) {
    // Where a package moved such a file, all of it would be in the bundle again.
    onStart(async () => {
      await Promise.all(Object.keys(leftOut).map((path) => access(join(packages, path))));
    });
    const names = Object.keys(leftOut).map((path) =>
      path.replaceAll(/[./]/g, (mark) => (mark === "." ? "\\." : "[\\\\/]")),
    );
    onLoad({ filter: new RegExp(`[\\\\/]node_modules[\\\\/](${names.join("|")})$`) }, ({ path }) => ({
      contents: leftOut[path.replaceAll("\\", "/").replace(/^.*\/node_modules\//, "")] as string,
      resolveDir: dirname(path),
    }));
    // Of a package's description its name and version are sent along.
    onLoad({ filter: /[\\/]node_modules[\\/](mongodb|mongoose)[\\/]package\.json$/ }, async ({ path }) => {
      const { name, version } = JSON.parse(await readFile(path, "utf8"));
      return { contents: JSON.stringify({ name, version }), loader: "json" };
    });
  },
};
