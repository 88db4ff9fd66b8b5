import { MongoClient } from "mongodb";
import { afterAll, beforeAll, inject } from "vitest";

/** A client and a database of its own for the file that calls this; both are gone when its tests are over. */
export function useDatabase(): { client: MongoClient; dbName: string } {
  const used = { client: undefined as unknown as MongoClient, dbName: `kith-test-${crypto.randomUUID().slice(0, 8)}` };
  beforeAll(async () => {
    // One member holds everything: a majority would only be waited for.
    used.client = await MongoClient.connect(inject("mongodb"), { writeConcern: { w: 1 } });
  });
  afterAll(async () => {
    await used.client.db(used.dbName).dropDatabase();
    await used.client.close();
  });
  return used;
}
