import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Assets, assetsOf } from "../functions/pages/assets.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = "functions/pages/browser";

/** Bundles what runs in the browser; the names of scripts and stylesheets carry a hash of their content. */
export async function bundlePages(): Promise<Assets> {
  const common = {
    absWorkingDir: root,
    outdir: "dist/assets",
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
    logLevel: "silent",
  } as const;
  const [hashed, named] = await Promise.all([
    build({
      ...common,
      entryPoints: [`${source}/dashboard.ts`, `${source}/door.ts`, `${source}/style.css`, `${source}/docs.css`],
      entryNames: "[name]-[hash]",
      format: "esm",
      target: "es2022",
    }),
    build({ ...common, entryPoints: [`${source}/icon.svg`], entryNames: "[name]", loader: { ".svg": "copy" } }),
  ]);
  return assetsOf(
    [...hashed.outputFiles, ...named.outputFiles].map((file) => {
      const body = new Uint8Array(file.contents);
      return [basename(file.path), () => body];
    }),
  );
}

/** Writes assets into a folder that holds nothing else afterwards: one of each name is to be found there. */
export async function writeAssets(assets: Assets, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([...assets.files].map(([name, { body }]) => writeFile(join(folder, name), body())));
}
