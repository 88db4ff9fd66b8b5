import { buildAll } from "../../infra/build.ts";

/** Builds the pages, without which functions do not start, and what runs on Lambda. */
export default async function setup(): Promise<void> {
  await buildAll();
}
