import { setTimeout as sleep } from "node:timers/promises";
import { type Db, type Document, MongoClient, MongoServerError } from "mongodb";
import { MongodError } from "./errors.ts";

type SetConfig = { _id: string; version: number; members: { _id: number; host: string }[] } & Document;

const pollMs = 20;
// NotYetInitialized and ConfigurationInProgress: the server is still reading the configuration it kept.
const stillLoading = new Set([94, 109]);

/**
 * Makes the server on `port` the writable primary of a one-member set, new or kept from an earlier run on any port.
 * Throws a MongodError when the data belong to a set of another name, and the signal's reason once it is aborted.
 */
export async function becomePrimary(port: number, replSet: string, signal: AbortSignal): Promise<void> {
  const host = `127.0.0.1:${port}`;
  const client = new MongoClient(`mongodb://${host}/`, { directConnection: true, serverSelectionTimeoutMS: 5_000 });
  try {
    const admin = client.db("admin");
    const kept = await client.db("local").collection<SetConfig>("system.replset").findOne({});
    if (kept === null) await admin.command({ replSetInitiate: configFor(host, replSet) });
    else if (kept._id !== replSet) {
      throw new MongodError("wrong-set", `The data belong to the replica set "${kept._id}", not to "${replSet}".`);
    } else if (kept.members.length !== 1 || kept.members[0]?.host !== host) {
      await moveTo(admin, { ...kept, members: [{ _id: 0, host }] }, signal);
    }
    while (!(await admin.command({ hello: 1 })).isWritablePrimary) await sleep(pollMs, undefined, { signal });
  } finally {
    await client.close();
  }
}

function configFor(host: string, replSet: string): SetConfig {
  // With nobody to vote against, waiting longer for an election only delays the next start.
  return { _id: replSet, version: 1, members: [{ _id: 0, host }], settings: { electionTimeoutMillis: 500 } };
}

// The set knows its member by the old address and counts this server out: only force gets past that.
async function moveTo(admin: Db, config: SetConfig, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await admin.command({ replSetReconfig: { ...config, version: config.version + 1 }, force: true });
      return;
    } catch (error) {
      if (!(error instanceof MongoServerError) || !stillLoading.has(Number(error.code))) throw error;
      await sleep(pollMs, undefined, { signal });
    }
  }
}
