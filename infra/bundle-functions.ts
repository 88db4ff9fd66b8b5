import { readFile, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type Plugin } from "esbuild";
import type { Assets } from "../functions/pages/assets.ts";
import { uncountedBuffer } from "./bson-buffer.ts";
import { loadLate, packMongoose } from "./late-mongoose.ts";
import { leaveOut } from "./left-out.ts";
import { requireNode } from "./node-version.ts";
import { oneDriver } from "./one-driver.ts";
import { runAtOnce } from "./run-at-once.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export const targets = ["node", "lambda", "worker"] as const;
export type TargetName = (typeof targets)[number];

/** Each entry of the functions as one file that needs nothing beside it. */
export const bundleOf = (target: TargetName, folder = join(root, "dist", "functions")) => join(folder, `${target}.mjs`);

/**
 * Puts the assets themselves in the place of the module that reads them from the disk. The first that is asked for has all
 * of them unpacked.
 */
function embed(assets: Assets): Plugin {
  const texts = [...assets.files.values()].map(({ body }) => new TextDecoder().decode(body()));
  const packed = gzipSync(JSON.stringify(texts));
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
          let bodies;
          function unpack() {
            const texts = JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString());
            return texts.map((text) => new TextEncoder().encode(text));
          }
          export async function builtAssets() {
            return assetsOf(${JSON.stringify([...assets.files.keys()])}.map((name, n) => [name, () => (bodies ??= unpack())[n]]));
          }`,
      }));
    },
  };
}

/** Bundles an entry of the functions with the assets in it, into dist if nowhere else, and says what it was made of. */
export async function bundleFunctions(target: TargetName, assets: Assets, folder?: string): Promise<Metafile> {
  const place = target === "worker" ? '"/"' : "import.meta.url";
  const late = target === "lambda" ? await packMongoose() : loadLate;
  const file = bundleOf(target, folder);
  const options = { plugins: [embed(assets), late], place };
  // Nobody waits for a server to start, and its log names errors by their classes. Platforms have the Node they were told to.
  if (target === "node") {
    return bundleFile(`functions/${target}.ts`, file, { ...options, minify: false, begin: requireNode });
  }
  return bundleFile(`functions/${target}.ts`, file, { ...options, startsOften: target === "lambda" });
}

/**
 * Bundles a program as one file, for Node and what is like it. `place` is what its address is to CommonJS, as an expression,
 * and `begin` code that runs first. `startsOften` is for Node alone: people wait for it to start, and it runs all of its
 * CommonJS modules as it does.
 */
export async function bundleFile(
  entry: string,
  outfile: string,
  {
    plugins = [],
    place = "import.meta.url",
    begin = "",
    minify = true,
    startsOften = false,
  }: { plugins?: Plugin[]; place?: string; begin?: string; minify?: boolean; startsOften?: boolean } = {},
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify,
    keepNames: !minify,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    legalComments: "none",
    logLevel: "silent",
    external: builtinModules.flatMap((name) => [name, `node:${name}`]),
    plugins: [leaveOut, oneDriver, ...(startsOften ? [uncountedBuffer] : []), ...plugins],
    // CommonJS packages require Node's modules, and try some that are not installed. A Worker's file has no address.
    banner: { js: `import{createRequire}from"node:module";const require=createRequire(${place});${begin}` },
  });
  if (startsOften) await writeFile(outfile, runAtOnce(await readFile(outfile, "utf8")));
  return metafile;
}
