import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { bundleOf } from "./bundle-functions.ts";
import { loadLate } from "./late-mongoose.ts";
import { requireNode } from "./node-version.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What runs beside the functions, and where its bundle goes, in dist: an image then needs no node_modules. */
const processes = {
  "realtime/main.mjs": "realtime/main.ts",
  "tools/indexes.mjs": "infra/indexes.ts",
  "tools/operator.mjs": "infra/operator.ts",
};

const common = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "es2024",
  legalComments: "none",
  logLevel: "silent",
} as const;

/** Bundles the realtime node and the operator's tools, readable: nobody waits for them to start. Gives back the files, in dist. */
export async function bundleProcesses(): Promise<string[]> {
  const files = Object.entries(processes).map(async ([file, entry]) => {
    await build({
      ...common,
      entryPoints: [entry],
      outfile: join("dist", file),
      plugins: [loadLate],
      // CommonJS packages require Node's modules, and try some that are not installed.
      banner: {
        js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);\n${requireNode}`,
      },
    });
    return file;
  });
  return Promise.all(files);
}

/** The function beside which it finds its module once both are in one folder. */
const besides: Plugin = {
  name: "besides",
  setup({ onResolve }) {
    onResolve({ filter: /\/functions\/lambda\.ts$/ }, () => ({ path: "./lambda.mjs", external: true }));
  },
};

/** Puts into dist/aws what Lambda is given: the function's bundle, unchanged, and the module that fetches its secrets first. */
export async function bundleAws(): Promise<string[]> {
  await build({
    ...common,
    entryPoints: ["infra/aws/index.ts"],
    outfile: "dist/aws/index.mjs",
    external: ["@aws-sdk/client-ssm"],
    plugins: [besides],
  });
  await cp(bundleOf("lambda"), join(root, "dist/aws/lambda.mjs"));
  return ["aws/index.mjs", "aws/lambda.mjs"];
}
