import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundlePages, writeAssets } from "./bundle.ts";
import { bundleFunctions, targets } from "./bundle-functions.ts";
import { bundleAws, bundleProcesses } from "./bundle-processes.ts";
import { buildPackage } from "./package.ts";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const packageFolder = join(dist, "npm");

/** Writes all that is deployed into dist, and gives back its files. */
export async function buildAll(): Promise<string[]> {
  const assets = await bundlePages();
  const [processes] = await Promise.all([
    bundleProcesses(),
    writeAssets(assets, join(dist, "assets")),
    ...targets.map((target) => bundleFunctions(target, assets)),
  ]);
  return [
    ...[...assets.files.keys()].map((name) => `assets/${name}`),
    ...targets.map((target) => `functions/${target}.mjs`),
    ...processes,
    ...(await bundleAws()),
  ];
}

if (import.meta.main) {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
  const [files] = await Promise.all([buildAll(), buildPackage(packageFolder)]);
  for (const file of files) {
    const body = await readFile(join(dist, file));
    process.stdout.write(`${file.padEnd(32)}${kilobytes(body.length)}  gzip${kilobytes(gzipSync(body).length)}\n`);
  }
  process.stdout.write(`in ${dist}; kith/client and kith/kit in ${packageFolder}\n`);
}
