import type { Plugin } from "esbuild";

/**
 * The driver as one module of these names, for all that import it: esbuild would make each of them an object of its own
 * with all two hundred. A name that is not among them ends the build.
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
      contents: 'export const { BSON, MongoClient, ObjectId, Timestamp } = require("mongodb");',
    }));
  },
};
