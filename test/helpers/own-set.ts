import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findMongod } from "../../infra/mongod/find.ts";
import { startReplicaSet } from "../../infra/mongod/replica-set.ts";
import { withDatabase } from "../../infra/mongod/uri.ts";

/** A replica set of one test file's own, which it may pause, make fail or stop. */
export interface OwnSet extends AsyncDisposable {
  /** Names a database. */
  uri: string;
  pid: number;
}

export async function startOwnSet(): Promise<OwnSet> {
  const { path } = await findMongod({ cacheDir: fileURLToPath(new URL("../../.kith/mongod", import.meta.url)) });
  const dbPath = await mkdtemp(join(tmpdir(), "kith-test-"));
  const set = await startReplicaSet({ mongod: path, dbPath, setParameters: { enableTestCommands: true } });
  return {
    uri: withDatabase(set.uri, "kith-own"),
    pid: set.pid,
    async [Symbol.asyncDispose]() {
      // A paused one could not be ended.
      process.kill(set.pid, "SIGCONT");
      await set.stop("SIGKILL");
      await rm(dbPath, { recursive: true, force: true });
    },
  };
}
