import type { Plugin } from "esbuild";
import mongodb from "mongodb";

/**
 * The driver as one module, for all that import it: esbuild would give each of them an object of its own with all that the
 * driver has, which takes memory and time at each start.
 */
export const oneDriver: Plugin = {
  name: "one-driver",
  setup({ onResolve, onLoad, initialOptions }) {
    const resolveDir = initialOptions.absWorkingDir as string;
    onResolve({ filter: /^mongodb$/ }, ({ kind }) =>
      kind === "import-statement" ? { path: "mongodb", namespace: "one-driver" } : undefined,
    );
    onLoad({ filter: /./, namespace: "one-driver" }, () => ({
      resolveDir,
      contents: `export const { ${Object.keys(mongodb)} } = require("mongodb");`,
    }));
  },
};
