import type { EventPayload } from "../shared/contracts/events.ts";
import { endsOf, type Lifetimes, type SessionRecord } from "../shared/session/record.ts";
import type { Recheck } from "./recheck.ts";
import type { Connection } from "./revocation.ts";

export type Warning = Extract<EventPayload<"session">, { state: "expiring" }>;

/** A longer timeout than this would fire at once. */
const longestTimeout = 2 ** 31 - 1;
const longestWarning = 60_000;
/** Before a record that could not be read is asked for again, in milliseconds. */
const retryAfter = 5_000;

interface Watch {
  connection: Connection;
  /** Whether the end that is known has been warned of. */
  isWarned: boolean;
  warn(warning: Warning): void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * A timer for each socket, at the warning before its session's end and at the end. Whenever one fires the record is read
 * again: a use of the session may have moved its end.
 */
export class Deadlines {
  readonly #lifetimes: Lifetimes;
  readonly #recheck: Pick<Recheck, "sessions">;
  readonly #watches = new Map<Connection, Watch>();
  /** Nobody's session runs out before this. */
  #earliest = Number.POSITIVE_INFINITY;

  constructor(lifetimes: Lifetimes, recheck: Pick<Recheck, "sessions">) {
    this.#lifetimes = lifetimes;
    this.#recheck = recheck;
  }

  /** Watches a connection by a record that was read just now. */
  watch(connection: Connection, record: SessionRecord, warn: (warning: Warning) => void): void {
    const watch: Watch = { connection, isWarned: false, warn, timer: undefined };
    this.#watches.set(connection, watch);
    connection.onAlive = (read) => this.#move(watch, read);
    this.#move(watch, record);
  }

  forget(connection: Connection): void {
    clearTimeout(this.#watches.get(connection)?.timer);
    this.#watches.delete(connection);
  }

  /** Settles what ran out though its timer has not fired yet, as in a process that was paused. */
  async settleLapsed(): Promise<void> {
    const now = Date.now();
    if (now < this.#earliest) return;
    const watched = [...this.#watches.keys()];
    await this.#recheck.sessions([...new Set(watched.filter(({ runsOut }) => runsOut <= now).map(({ key }) => key))]);
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const { runsOut } of this.#watches.keys()) this.#earliest = Math.min(this.#earliest, runsOut);
  }

  #move(watch: Watch, record: SessionRecord): void {
    const { connection } = watch;
    const { expiresAt, endsAt } = endsOf(record, this.#lifetimes, new Date());
    if (connection.runsOut !== expiresAt.getTime()) {
      connection.runsOut = expiresAt.getTime();
      watch.isWarned = false;
    }
    this.#earliest = Math.min(this.#earliest, connection.runsOut);
    if (!watch.isWarned && Date.now() >= this.#warningAt(connection)) {
      watch.isWarned = true;
      watch.warn({
        state: "expiring",
        at: expiresAt.toISOString(),
        reason: expiresAt < endsAt ? "idle" : "absolute",
      });
    }
    this.#schedule(watch, this.#nextOf(watch) - Date.now());
  }

  #warningAt({ runsOut }: Connection): number {
    return runsOut - Math.min(longestWarning, this.#lifetimes.idle / 10);
  }

  #nextOf(watch: Watch): number {
    return watch.isWarned ? watch.connection.runsOut : this.#warningAt(watch.connection);
  }

  #schedule(watch: Watch, delay: number): void {
    clearTimeout(watch.timer);
    watch.timer = setTimeout(() => void this.#fire(watch), Math.min(delay, longestTimeout)).unref();
  }

  async #fire(watch: Watch): Promise<void> {
    const { connection } = watch;
    const remaining = this.#nextOf(watch) - Date.now();
    if (remaining > 0) {
      this.#schedule(watch, remaining);
      return;
    }
    try {
      // Moves the timer, or ends the connection.
      await this.#recheck.sessions([connection.key]);
    } catch {
      // The sweep says that the database is away.
      if (this.#watches.has(connection)) this.#schedule(watch, retryAfter);
    }
  }
}
