import { readFile, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type Plugin } from "esbuild";
import type { Assets } from "../functions/pages/assets.ts";
import { loadLate, packMongoose } from "./late-mongoose.ts";
import { leaveOut } from "./left-out.ts";
import { requireNode } from "./node-version.ts";
import { runAtOnce } from "./run-at-once.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export const targets = ["node", "lambda", "worker"] as const;
export type TargetName = (typeof targets)[number];

/** Each entry of the functions as one file that needs nothing beside it. */
export const bundleOf = (target: TargetName, folder = join(root, "dist", "functions")) => join(folder, `${target}.mjs`);

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
  const place = target === "worker" ? '"/"' : "import.meta.url";
  const late = target === "lambda" ? await packMongoose() : loadLate;
  const file = bundleOf(target, folder);
  // The platforms of the others have the Node that they were told to have.
  const begin = target === "node" ? requireNode : "";
  const metafile = await bundleFile(`functions/${target}.ts`, file, { plugins: [embed(assets), late], place, begin });
  // The others hold modules that they do not run as they start, or start seldom.
  if (target === "lambda") await writeFile(file, runAtOnce(await readFile(file, "utf8")));
  return metafile;
}

/**
 * Bundles a program for Node as one minified file; `place` is what its address is to CommonJS, as an expression, and `begin`
 * code that runs first.
 */
export async function bundleFile(
  entry: string,
  outfile: string,
  { plugins = [], place = "import.meta.url", begin = "" }: { plugins?: Plugin[]; place?: string; begin?: string } = {},
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "es2024",
    legalComments: "none",
    logLevel: "silent",
    external: builtinModules.flatMap((name) => [name, `node:${name}`]),
    plugins: [leaveOut, ...plugins],
    // CommonJS packages require Node's modules, and try some that are not installed. A Worker's file has no address.
    banner: { js: `import{createRequire}from"node:module";const require=createRequire(${place});${begin}` },
  });
  return metafile;
}
