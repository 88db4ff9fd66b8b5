import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { buildAll } from "../../infra/build.ts";
import { findMongod } from "../../infra/mongod/find.ts";
import { startReplicaSet } from "../../infra/mongod/replica-set.ts";

declare module "vitest" {
  export interface ProvidedContext {
    mongodb: string;
  }
}

const root = new URL("../..", import.meta.url);

interface Started {
  uri: string;
  stop(): Promise<void>;
}

/** The projects of a run each call `setup`, in one process; they share what the first one started. */
const shared = globalThis as { kithTests?: { users: number; started: Promise<Started> } };

/** One fresh replica set for all test files of a run, and all built that is deployed; TEST_MONGODB_URI takes the set's place. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.kithTests ??= { users: 0, started: start() };
  const run = shared.kithTests;
  run.users += 1;
  const { uri, stop } = await run.started;
  project.provide("mongodb", uri);
  return async () => {
    run.users -= 1;
    if (run.users > 0) return;
    delete shared.kithTests;
    await stop();
  };
}

async function start(): Promise<Started> {
  await buildAll();
  const given = process.env.TEST_MONGODB_URI;
  if (given) return { uri: given, stop: async () => {} };
  const mongod = await findMongod({ cacheDir: fileURLToPath(new URL(".kith/mongod", root)) });
  const dbPath = await mkdtemp(join(tmpdir(), "kith-test-"));
  const replicaSet = await startReplicaSet({ mongod: mongod.path, dbPath });
  return {
    uri: replicaSet.uri,
    async stop() {
      await replicaSet.stop();
      await rm(dbPath, { recursive: true, force: true });
    },
  };
}
