import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What runs beside the functions, and where its bundle goes: an image then needs no node_modules. */
const bundles = {
  "dist/realtime/main.mjs": "realtime/main.ts",
  "dist/tools/indexes.mjs": "infra/indexes.ts",
  "dist/tools/operator.mjs": "infra/operator.ts",
};

/** Bundles the realtime node and the operator's tools for the Node that package.json pins; gives back what was written. */
export async function bundleProcesses(): Promise<string[]> {
  await Promise.all(
    Object.entries(bundles).map(([outfile, entry]) =>
      build({
        absWorkingDir: root,
        entryPoints: [entry],
        outfile,
        bundle: true,
        platform: "node",
        target: "node24",
        format: "esm",
        // Modules in CommonJS ask for Node's own by require, which an ES module does not have.
        banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
        // Used where they are installed; without them ws does the same in JavaScript.
        external: ["bufferutil", "utf-8-validate"],
        legalComments: "none",
        logLevel: "warning",
      }),
    ),
  );
  return Object.keys(bundles);
}
