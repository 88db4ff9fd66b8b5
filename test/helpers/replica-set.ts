import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { bundlePages, writeAssets } from "../../infra/bundle.ts";
import { findMongod } from "../../infra/mongod/find.ts";
import { startReplicaSet } from "../../infra/mongod/replica-set.ts";

declare module "vitest" {
  export interface ProvidedContext {
    mongodb: string;
  }
}

const root = new URL("../..", import.meta.url);

/** One fresh replica set for all test files of a run, and the pages built; TEST_MONGODB_URI takes the set's place. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await writeAssets(await bundlePages(), fileURLToPath(new URL("dist/assets", root)));
  const given = process.env.TEST_MONGODB_URI;
  if (given) {
    project.provide("mongodb", given);
    return async () => {};
  }
  const mongod = await findMongod({ cacheDir: fileURLToPath(new URL(".kith/mongod", root)) });
  const dbPath = await mkdtemp(join(tmpdir(), "kith-test-"));
  const replicaSet = await startReplicaSet({ mongod: mongod.path, dbPath });
  project.provide("mongodb", replicaSet.uri);
  return async () => {
    await replicaSet.stop();
    await rm(dbPath, { recursive: true, force: true });
  };
}
