import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { leaveOut } from "./left-out.ts";

/** What mongoose has in common with the rest of a bundle: there must be one driver only. */
const common = ["mongodb", "mongodb/lib/bson", "mongodb/lib/bulk/common", "bson"];

function inPlaceOfMongoose(contents: string): Plugin {
  return {
    name: "late-mongoose",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]shared[\\/]mongoose\.ts$/ }, ({ path }) => ({
        loader: "js",
        resolveDir: dirname(path),
        contents,
      }));
    },
  };
}

/** Has mongoose in the bundle, and runs it at its first use. */
export const loadLate = inPlaceOfMongoose('export const loadMongoose = () => require("mongoose");');

/**
 * Has it there as a packed text, so that a function that starts does not even read it: that alone would take a third as
 * long as running it. Where code cannot be made from text, as in a Worker, this is no way.
 */
export async function packMongoose(): Promise<Plugin> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    stdin: { contents: 'module.exports = require("mongoose");', resolveDir: "." },
    write: false,
    bundle: true,
    minify: true,
    format: "cjs",
    platform: "node",
    target: "es2024",
    legalComments: "none",
    logLevel: "silent",
    external: common,
    plugins: [leaveOut],
  });
  const packed = gzipSync(outputFiles[0]?.contents ?? "").toString("base64");
  return inPlaceOfMongoose(`
    import { Buffer } from "node:buffer";
    import { createRequire } from "node:module";
    import { compileFunction } from "node:vm";
    import { gunzipSync } from "node:zlib";
    const packed = "${packed}";
    const common = { ${common.map((name) => `"${name}": () => require("${name}")`).join(", ")} };
    const builtin = createRequire(import.meta.url);
    let loaded;
    export function loadMongoose() {
      if (loaded) return loaded.exports;
      const module = { exports: {} };
      const text = gunzipSync(Buffer.from(packed, "base64")).toString();
      const run = compileFunction(text, ["require", "module", "exports"], { filename: "mongoose.cjs" });
      run((name) => (Object.hasOwn(common, name) ? common[name]() : builtin(name)), module, module.exports);
      loaded = module;
      return loaded.exports;
    }`);
}
