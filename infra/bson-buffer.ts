import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

const allocated = "let buffer = ByteUtils.allocate(MAXSIZE);";

/**
 * Has bson take the 17 MB in which it writes from where V8 does not count them. Counted, they make it look for garbage in
 * the middle of a function's start, which has none: a tenth of the start.
 */
export const uncountedBuffer: Plugin = {
  name: "uncounted-buffer",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]bson[\\/]lib[\\/]bson\.cjs$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes(allocated)) throw new Error(`bson's buffer is not found in ${path}.`);
      return { contents: text.replace(allocated, "let buffer = Buffer.from(new SharedArrayBuffer(MAXSIZE));") };
    });
  },
};
