import { constants, copyFile } from "node:fs/promises";
import { MongoBinary } from "mongodb-memory-server-core";
import { reasonOf } from "./errors.ts";

// A download that has stalled cannot be called off from outside; a process can be ended.
const [folder, target] = process.argv.slice(2) as [string, string];
process.once("disconnect", () => process.exit(1));

try {
  // The path may lie in a cache of the user's own: take a copy, leave theirs.
  await copyFile(await MongoBinary.getPath({ downloadDir: folder }), target, constants.COPYFILE_FICLONE);
  process.send?.({ done: true });
} catch (error) {
  process.send?.({ done: false, reason: reasonOf(error) });
}
process.disconnect();
