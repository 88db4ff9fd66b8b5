import type { SessionStore } from "../shared/session/store.ts";

/** A connection in any phase, from the first byte of its handshake on. */
export interface Connection {
  readonly key: string;
  /** Why it must not go on; undefined while it may. */
  ended: string | undefined;
  /** What to do, in the present phase, when its session ends. */
  onEnd: (reason: string) => void;
}

/** Who is connected under which session, so that the end of a session reaches each of its connections. */
export class Connections {
  readonly #byKey = new Map<string, Set<Connection>>();

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

  /** Ends all connections of a session. `key` is the stored `_id`. */
  end(key: string, reason: string): void {
    for (const connection of [...(this.#byKey.get(key) ?? [])]) {
      connection.ended ??= reason;
      connection.onEnd(reason);
    }
  }

  /** Ends the connections of sessions that ended without our being told. */
  async recheck(sessions: Pick<SessionStore, "isKeyAlive">): Promise<void> {
    await Promise.all(
      [...this.#byKey.keys()].map(async (key) => {
        if (!(await sessions.isKeyAlive(key))) this.end(key, "ended");
      }),
    );
  }
}
