import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { findMongod } from "../mongod/find.ts";
import { startReplicaSet } from "../mongod/replica-set.ts";
import { withDatabase } from "../mongod/uri.ts";

/** The usual database of development, and the one that has nobody in it at each start. */
export const databaseNames = { usual: "kith", empty: "kith_empty" } as const;

export interface DevelopmentDatabase {
  /** Names the database, too. */
  uri: string;
  stop(): Promise<void>;
}

/**
 * Starts the server of the data that development keeps in `kept`, and leaves its address there for `findRunning`.
 * @throws MongodError, also where it runs already
 */
export async function startDatabase(options: {
  kept: string;
  name?: string;
  log: (line: string) => void;
  stopping?: AbortSignal;
}): Promise<DevelopmentDatabase> {
  const { kept, name = databaseNames.usual, log, stopping } = options;
  const mongod = await findMongod({ cacheDir: join(kept, "mongod"), log });
  stopping?.throwIfAborted();
  const replicaSet = await startReplicaSet({ mongod: mongod.path, dbPath: dataIn(kept) });
  const uri = withDatabase(replicaSet.uri, name);
  await writeFile(addressIn(kept), uri);
  return {
    uri,
    async stop() {
      await rm(addressIn(kept), { force: true });
      await replicaSet.stop();
    },
  };
}

/** The address of the database that is in use by a development that runs; undefined where none does. */
export async function findRunning(kept: string): Promise<string | undefined> {
  const uri = await readFile(addressIn(kept), "utf8").catch(() => undefined);
  if (!uri) return undefined;
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000, directConnection: true });
  try {
    // Who was killed left its address behind, and the port may be another server's by now.
    const { parsed } = await client.db("admin").command({ getCmdLineOpts: 1 });
    return parsed.storage?.dbPath === dataIn(kept) ? uri : undefined;
  } catch {
    return undefined;
  } finally {
    await client.close();
  }
}

function dataIn(kept: string): string {
  return join(kept, "data");
}

function addressIn(kept: string): string {
  return join(kept, "address");
}
