import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { bundlePages, writeAssets } from "./bundle.ts";
import { bundleProcesses } from "./bundle-processes.ts";

const folder = fileURLToPath(new URL("../dist/assets", import.meta.url));
const assets = await bundlePages();
await writeAssets(assets, folder);

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
for (const [name, { body }] of assets.files) {
  process.stdout.write(`${name.padEnd(28)}${kilobytes(body.length)}  gzip${kilobytes(gzipSync(body).length)}\n`);
}
process.stdout.write(`in ${folder}\n`);
for (const file of await bundleProcesses()) process.stdout.write(`${file}\n`);
