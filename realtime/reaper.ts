import type { ClientSession } from "mongodb";
import { type Database, operationTimeout } from "../shared/database.ts";
import type { Log } from "../shared/log.ts";
import { within } from "../shared/read-at.ts";

/** Milliseconds between two looks. */
const defaultInterval = 5_000;
/** Documents removed with one write, which has to end in time. */
const batchSize = 500;

/** Matches the nodes that nobody has found dead. */
const isKnown = { gone: { $exists: false } };

export interface Reaper {
  close(): void;
}

/**
 * Looks for nodes that died without a word, and makes their people offline. Every node does: that a lease ends is no event,
 * but what is removed for it is one for all. A node that is cut off itself does not judge others.
 */
export function startReaper(options: {
  database: Pick<Database, "client" | "models">;
  isLive: () => boolean;
  log: Pick<Log, "info" | "warn">;
  /** Milliseconds; spread by a fifth, so that nodes which started together do not go on looking together. */
  interval?: number | undefined;
}): Reaper {
  const { database, isLive, log, interval = defaultInterval } = options;
  const { client, models } = database;
  let isClosed = false;
  let isFailing = false;
  let timer: NodeJS.Timeout;

  async function look(): Promise<void> {
    // No beat revives a node that is gone, whatever races with it; its record stays for whoever asks what happened.
    const { modifiedCount } = await models.nodes.collection.updateMany(
      { ...isKnown, $expr: { $lte: ["$lease", "$$NOW"] } },
      { $set: { gone: true } },
      { maxTimeMS: operationTimeout },
    );
    if (modifiedCount > 0) log.warn({ nodes: modifiedCount }, "nodes have died");
    const orphaned = await client.withSession({ causalConsistency: true }, nodesThatAreGone);
    for (const node of orphaned) await removePresenceAt(node);
  }

  /**
   * Nodes that presence names and that are not there: the dead ones just found, and those whose finder died, too. A node's
   * record is written before its people's, so read after them it is missing only where the node is gone.
   */
  async function nodesThatAreGone(session: ClientSession): Promise<string[]> {
    const named: string[] = await models.presence.collection.distinct("node", {}, within(session));
    if (named.length === 0) return [];
    const records = models.nodes.collection.find(
      { _id: { $in: named as never[] }, ...isKnown },
      { projection: { _id: 1 }, ...within(session) },
    );
    const known = new Set((await records.toArray()).map(({ _id }) => String(_id)));
    return named.filter((node) => !known.has(node));
  }

  async function removePresenceAt(node: string): Promise<void> {
    const { collection } = models.presence;
    let removed = 0;
    while (!isClosed) {
      const found = await collection.find({ node }, { projection: { _id: 1 }, limit: batchSize }).toArray();
      if (found.length === 0) break;
      const { deletedCount } = await collection.deleteMany(
        { _id: { $in: found.map(({ _id }) => _id) } },
        { maxTimeMS: operationTimeout },
      );
      removed += deletedCount;
    }
    if (removed > 0) log.info({ node, users: removed }, "the people of a node that is gone are offline there");
  }

  async function run(): Promise<void> {
    try {
      if (isLive()) await look();
      isFailing = false;
    } catch (error) {
      if (!isFailing && !isClosed) log.warn({ err: error }, "nodes that died could not be looked for");
      isFailing = true;
    }
    schedule();
  }

  function schedule(): void {
    if (!isClosed) timer = setTimeout(() => void run(), interval * (0.8 + 0.4 * Math.random()));
  }

  schedule();
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
