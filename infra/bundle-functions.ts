import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type Plugin } from "esbuild";
import type { Assets } from "../functions/pages/assets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export const targets = ["node", "lambda", "worker"] as const;
export type TargetName = (typeof targets)[number];

/** Each entry of the functions as one file that needs nothing beside it. */
export const bundleOf = (target: TargetName, folder = join(root, "dist", "functions")) => join(folder, `${target}.mjs`);

/**
 * What packages bring along and Kith never reaches, by file, and what stands in its place: a third of a bundle would be it.
 * Where a package moves such a file it is in the bundle again, and the test of the sizes says so.
 */
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
  // Files in the database, writes to several collections at once, and encryption of fields.
  "mongodb/lib/gridfs/index.js": "",
  "mongodb/lib/gridfs/download.js": "",
  "mongodb/lib/gridfs/upload.js": "",
  "mongodb/lib/operations/client_bulk_write/executor.js": "",
  "mongodb/lib/client-side-encryption/auto_encrypter.js": "",
  "mongodb/lib/client-side-encryption/client_encryption.js": "",
};

const leaveOut: Plugin = {
  name: "leave-out",
  setup({ onLoad }) {
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

/** Puts the assets themselves in the place of the module that reads them from the disk. */
function embed(assets: Assets): Plugin {
  const packed = gzipSync(
    JSON.stringify([...assets.files].map(([name, { body }]) => [name, new TextDecoder().decode(body)])),
  );
  return {
    name: "embed",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]functions[\\/]pages[\\/]built-assets\.ts$/ }, ({ path }) => ({
        loader: "js",
        resolveDir: dirname(path),
        contents: `
          import { assetsOf } from "./assets.ts";
          import { Buffer } from "node:buffer";
          import { gunzipSync } from "node:zlib";
          const packed = "${packed.toString("base64")}";
          export async function builtAssets() {
            const texts = JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString());
            return assetsOf(texts.map(([name, text]) => [name, new TextEncoder().encode(text)]));
          }`,
      }));
    },
  };
}

/** Bundles an entry of the functions with the assets in it, into dist if nowhere else, and says what it was made of. */
export async function bundleFunctions(target: TargetName, assets: Assets, folder?: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`functions/${target}.ts`],
    outfile: bundleOf(target, folder),
    bundle: true,
    minify: true,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    legalComments: "none",
    logLevel: "silent",
    external: builtinModules.flatMap((name) => [name, `node:${name}`]),
    plugins: [leaveOut, embed(assets)],
    // CommonJS packages require Node's modules, and try some that are not installed. A Worker's file has no address.
    banner: {
      js: `import{createRequire}from"node:module";const require=createRequire(${target === "worker" ? '"/"' : "import.meta.url"});`,
    },
  });
  return metafile;
}
