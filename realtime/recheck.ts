import type { SessionStore } from "../shared/session/store.ts";
import type { UserDirectory } from "../shared/users.ts";
import type { Connections } from "./revocation.ts";

/** Records read at a time: a node that holds many sockets must not ask for all of them at once. */
const batchSize = 500;

/** Reads again what connections rest on, and ends those for which it is gone. A read that fails rejects, and ends nobody. */
export interface Recheck {
  /** Sessions by their stored keys. */
  sessions(keys: readonly string[]): Promise<void>;
  users(ids: readonly string[]): Promise<void>;
  all(): Promise<void>;
}

export function createRecheck(
  connections: Connections,
  database: { sessions: Pick<SessionStore, "readKey">; users: Pick<UserDirectory, "findById"> },
): Recheck {
  const sessions = (keys: readonly string[]) =>
    inBatches(keys, async (key) => connections.settle(key, await database.sessions.readKey(key)));
  const users = (ids: readonly string[]) =>
    inBatches(ids, async (id) => connections.settleUser(id, await database.users.findById(id)));
  return {
    sessions,
    users,
    async all() {
      await sessions(connections.keys());
      await users(connections.users());
    },
  };
}

/** The reads of a batch share a query; batches follow one another. */
async function inBatches(names: readonly string[], each: (name: string) => Promise<void>): Promise<void> {
  for (let i = 0; i < names.length; i += batchSize) await Promise.all(names.slice(i, i + batchSize).map(each));
}
