import { setImmediate } from "node:timers/promises";
import type { Timestamp } from "mongodb";
import type { Database } from "../../shared/database.ts";
import type { Log } from "../../shared/log.ts";
import { onlineAmong } from "../../shared/presence.ts";
import { readAtInstant } from "../../shared/read-at.ts";
import type { Audience } from "./audience.ts";
import { type Io, sendToUsers } from "./rooms.ts";

/** Users read for at a time: few enough that a comment in between does not wait for them. */
const batchSize = 50;
/** Before what could not be read is tried again, in milliseconds. */
const retryAfter = 1_000;

/** Tells friends who came and went. */
export interface PresenceDelivery {
  /**
   * What is read from now on is read at this time of the stream: to be said before the audience forgets what had
   * changed by then, or a set of before could be read and kept.
   */
  advance(time: Timestamp): void;
  /** Tells the friends of these users, as they are at the time of reading, how it stands with them by then. */
  tell(users: readonly string[]): void;
  close(): void;
}

/**
 * Beside the stream and not in it: when thousands come at once, the sets of all their friends are to be read, and no comment
 * waits for that. Whoever's friends change meanwhile is read for once more, so that no former friend hears anything.
 */
export function createPresenceDelivery(options: {
  io: Io;
  database: Pick<Database, "client" | "models">;
  audience: Audience;
  log: Pick<Log, "warn">;
}): PresenceDelivery {
  const { io, database, audience, log } = options;
  const waiting = new Set<string>();
  let from: Timestamp;
  let isRunning = false;
  let isFailing = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    try {
      while (waiting.size > 0 && !isClosed) {
        await tellSome([...waiting].slice(0, batchSize));
        isFailing = false;
        await setImmediate();
      }
    } catch (error) {
      if (!isFailing && !isClosed) log.warn({ err: error }, "friends could not be told who is online");
      isFailing = true;
      timer = setTimeout(() => void run(), retryAfter);
    } finally {
      isRunning = false;
    }
  }

  async function tellSome(users: string[]): Promise<void> {
    const watch = audience.watch();
    for (const user of users) waiting.delete(user);
    try {
      const [friends, online] = await readAtInstant(database.client, from, async (instant) => [
        await audience.of(new Set(users), instant),
        await onlineAmong(database.models, users, instant.session),
      ]);
      for (const id of users) {
        if (watch.has(id)) waiting.add(id);
        else sendToUsers(io, friends.get(id) ?? [], "presence", { id, online: online.has(id) });
      }
    } catch (error) {
      for (const user of users) waiting.add(user);
      throw error;
    } finally {
      watch.end();
    }
  }

  return {
    advance(time) {
      from = time;
    },
    tell(users) {
      for (const user of users) waiting.add(user);
      if (!isFailing) void run();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
