import { LRUCache } from "lru-cache";
import type { EndReason } from "../shared/contracts/events.ts";
import { isOfPassword, type SessionRecord, userIdOf } from "../shared/session/record.ts";
import type { KnownUser } from "../shared/users.ts";

/** A connection in any phase, from the first byte of its handshake on. */
export interface Connection {
  readonly key: string;
  /** Whose it is; undefined before its session's record is read. */
  user: string | undefined;
  /** How often the password had been changed when its session was made, where that is known. */
  passwordChanges: number | undefined;
  /** Why it must not go on; undefined while it may. */
  ended: EndReason | undefined;
  /** When its session runs out, as far as is known: milliseconds since 1970. */
  runsOut: number;
  /** What to do, in the present phase, when its session ends. */
  onEnd: (reason: EndReason) => void;
  /** What to do with its session's record, read once more and alive. */
  onAlive: (record: SessionRecord) => void;
  /** What to do with its user, read once more and still the session's. */
  onUser: (user: KnownUser) => void;
}

/** Who is connected under which session, so that the end of a session reaches each of its connections. */
export class Connections {
  readonly #byKey = new Index();
  readonly #byUser = new Index();
  /** Why sessions are about to end: said before their end, which tells no reason. */
  readonly #reasons = new LRUCache<string, EndReason>({ max: 10_000, ttl: 60_000 });

  /** Registers a connection before its session's record is read: an end that comes in between is not missed. */
  register(key: string): Connection {
    const connection: Connection = {
      key,
      user: undefined,
      passwordChanges: undefined,
      ended: undefined,
      runsOut: Number.POSITIVE_INFINITY,
      onEnd: () => {},
      onAlive: () => {},
      onUser: () => {},
    };
    this.#byKey.add(key, connection);
    return connection;
  }

  /** Says whose a connection is: before the user is read, for the same reason. */
  identify(connection: Connection, user: string, passwordChanges?: number): void {
    // One that is gone already would never be forgotten again.
    if (!this.#byKey.of(connection.key).includes(connection)) return;
    connection.user = user;
    connection.passwordChanges = passwordChanges;
    this.#byUser.add(user, connection);
  }

  forget(connection: Connection): void {
    this.#byKey.delete(connection.key, connection);
    if (connection.user !== undefined) this.#byUser.delete(connection.user, connection);
  }

  /** The sessions, by their stored keys, and the users that are connected. */
  keys(): string[] {
    return this.#byKey.names();
  }

  users(): string[] {
    return this.#byUser.names();
  }

  hasUser(id: string): boolean {
    return this.countOf(id) > 0;
  }

  /** How many connections a user has, in any phase. */
  countOf(id: string): number {
    return this.#byUser.sizeOf(id);
  }

  /** Keeps the reason of an end that is about to come. */
  explain(key: string, reason: EndReason): void {
    this.#reasons.set(key, reason);
  }

  /** Ends all connections of a session, for the reason that was said before or else `reason`. `key` is the stored `_id`. */
  end(key: string, otherwise: EndReason): void {
    for (const connection of this.#byKey.of(key)) this.#end(connection, otherwise);
  }

  /** Compares the connections of a session with its record as it is now; undefined where none is alive. */
  settle(key: string, record: SessionRecord | undefined): void {
    if (!record) {
      this.end(key, "unknown");
      return;
    }
    const user = userIdOf(record.data);
    for (const connection of this.#byKey.of(key)) {
      if (connection.ended) continue;
      // A neighbour may have signed somebody else in, or nobody, under the same id.
      if (connection.user !== undefined && connection.user !== user) {
        this.#end(connection, user === undefined ? "signedOut" : "replaced");
      } else connection.onAlive(record);
    }
  }

  /** Compares the connections of a user with the record of the user as it is now. */
  settleUser(id: string, user: KnownUser | undefined): void {
    for (const connection of this.#byUser.of(id)) {
      if (!user) this.#end(connection, "accountDeleted");
      else if (user.disabledAt) this.#end(connection, "accountDisabled");
      else if (!isOfPassword(connection.passwordChanges, user)) this.#end(connection, "passwordChanged");
      else connection.onUser(user);
    }
  }

  #end(connection: Connection, otherwise: EndReason): void {
    if (connection.ended) return;
    const fallback = connection.runsOut <= Date.now() ? "expired" : otherwise;
    connection.ended = this.#reasons.get(connection.key) ?? fallback;
    connection.onEnd(connection.ended);
  }
}

/** Connections by a name that several may share. */
class Index {
  readonly #byName = new Map<string, Set<Connection>>();

  add(name: string, connection: Connection): void {
    const siblings = this.#byName.get(name);
    if (siblings) siblings.add(connection);
    else this.#byName.set(name, new Set([connection]));
  }

  delete(name: string, connection: Connection): void {
    const siblings = this.#byName.get(name);
    siblings?.delete(connection);
    if (siblings?.size === 0) this.#byName.delete(name);
  }

  /** A copy: what is done with one may change the index. */
  of(name: string): Connection[] {
    return [...(this.#byName.get(name) ?? [])];
  }

  sizeOf(name: string): number {
    return this.#byName.get(name)?.size ?? 0;
  }

  names(): string[] {
    return [...this.#byName.keys()];
  }
}
