import { LRUCache } from "lru-cache";
import type { EndReason } from "../shared/contracts/events.ts";
import { userIdOf } from "../shared/session/record.ts";
import type { SessionStore } from "../shared/session/store.ts";

/** A connection in any phase, from the first byte of its handshake on. */
export interface Connection {
  readonly key: string;
  /** Why it must not go on; undefined while it may. */
  ended: EndReason | undefined;
  /** What to do, in the present phase, when its session ends. */
  onEnd: (reason: EndReason) => void;
}

/** Who is connected under which session, so that the end of a session reaches each of its connections. */
export class Connections {
  readonly #byKey = new Map<string, Set<Connection>>();
  /** Why sessions are about to end: said before their end, which tells no reason. */
  readonly #reasons = new LRUCache<string, EndReason>({ max: 10_000, ttl: 60_000 });

  /** Registers a connection before its session's record is read: an end that comes in between is not missed. */
  register(key: string): Connection {
    const connection: Connection = { key, ended: undefined, onEnd: () => {} };
    const siblings = this.#byKey.get(key);
    if (siblings) siblings.add(connection);
    else this.#byKey.set(key, new Set([connection]));
    return connection;
  }

  forget(connection: Connection): void {
    const siblings = this.#byKey.get(connection.key);
    siblings?.delete(connection);
    if (siblings?.size === 0) this.#byKey.delete(connection.key);
  }

  /** Keeps the reason of an end that is about to come. */
  explain(key: string, reason: EndReason): void {
    this.#reasons.set(key, reason);
  }

  /** Ends all connections of a session, for the reason that was said before or else `reason`. `key` is the stored `_id`. */
  end(key: string, otherwise: EndReason): void {
    const reason = this.#reasons.get(key) ?? otherwise;
    for (const connection of [...(this.#byKey.get(key) ?? [])]) {
      connection.ended ??= reason;
      connection.onEnd(reason);
    }
  }

  /** Ends the connections of sessions that ended without our being told. */
  async recheck(sessions: Pick<SessionStore, "readKey">): Promise<void> {
    await Promise.all(
      [...this.#byKey.keys()].map(async (key) => {
        if (!(await isSomebodys(sessions, key))) this.end(key, "unknown");
      }),
    );
  }
}

async function isSomebodys(sessions: Pick<SessionStore, "readKey">, key: string): Promise<boolean> {
  const record = await sessions.readKey(key);
  return record !== undefined && userIdOf(record.data) !== undefined;
}
