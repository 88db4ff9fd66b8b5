import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundlePages, writeAssets } from "./bundle.ts";
import { bundleFunctions, bundleOf, targets } from "./bundle-functions.ts";
import { buildPackage } from "./package.ts";

const folder = fileURLToPath(new URL("../dist", import.meta.url));
const [assets] = await Promise.all([bundlePages(), buildPackage(join(folder, "npm"))]);
await writeAssets(assets, join(folder, "assets"));
await Promise.all(targets.map((target) => bundleFunctions(target, assets)));

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
const show = (name: string, body: Uint8Array) =>
  process.stdout.write(`${name.padEnd(32)}${kilobytes(body.length)}  gzip${kilobytes(gzipSync(body).length)}\n`);
for (const [name, { body }] of assets.files) show(`assets/${name}`, body);
for (const target of targets) show(`functions/${target}.mjs`, await readFile(bundleOf(target)));
process.stdout.write(`in ${folder}, and kith/client and kith/kit in ${join(folder, "npm")}\n`);
