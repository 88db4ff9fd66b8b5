import { fileURLToPath } from "node:url";
import { bundlePages, writeAssets } from "../../infra/bundle.ts";

/** Builds the pages, without which functions do not start. */
export default async function setup(): Promise<void> {
  await writeAssets(await bundlePages(), fileURLToPath(new URL("../../dist/assets", import.meta.url)));
}
