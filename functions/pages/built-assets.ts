import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Assets, assetsOf } from "./assets.ts";

const folder = fileURLToPath(new URL("../../dist/assets", import.meta.url));

/**
 * Reads what `npm run build` wrote. A bundle of the functions has a module in the place of this one that holds the assets.
 * @throws Error saying so when there is nothing
 */
export async function builtAssets(): Promise<Assets> {
  try {
    const names = await readdir(folder);
    return assetsOf(
      await Promise.all(
        names.map(async (name) => {
          const body = new Uint8Array(await readFile(join(folder, name)));
          return [name, () => body] as const;
        }),
      ),
    );
  } catch (cause) {
    throw new Error(`The pages' assets are not in ${folder}. Make them with: npm run build`, { cause });
  }
}
