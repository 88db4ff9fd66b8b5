import type { AnyBulkWriteOperation } from "mongodb";
import { Types } from "mongoose";
import { withDeadline } from "../shared/deadline.ts";
import type { Log } from "../shared/log.ts";
import type { PresenceModel } from "../shared/models/presence.ts";
import { type Io, userOfRoom } from "./delivery/rooms.ts";

/** How long somebody without a socket stays online, in milliseconds: a page that is loaded again is no absence. */
const defaultGrace = 5_000;
/** What comes within so many milliseconds is written together, and at most so many users at once. */
const gatherTime = 50;
const batchSize = 500;
/** Before what could not be written is tried again, in milliseconds. */
const retryAfter = 1_000;
const closeTimeout = 2_000;

/** Who has sockets on this node, for all nodes and functions to read: a document for each of them. */
export interface Presence {
  /** A user has a first socket here. */
  came(user: string): void;
  /** A user has no socket here any more. */
  left(user: string): void;
  /** The database knows this node by this name, for the first time or anew: its documents can bear the name now. */
  born(node: string): void;
  /** Writes nothing any more and removes what was written; takes 2 s at most. */
  close(): Promise<void>;
}

/** Nobody waits for its writes: what is wanted is kept until it is written, and the last of it counts. */
export function createPresence(options: {
  presence: PresenceModel;
  log: Pick<Log, "warn">;
  /** Milliseconds. */
  grace?: number | undefined;
}): Presence {
  const { presence, log, grace = defaultGrace } = options;
  let node: string | undefined;
  /** Who is to have a document, those who have just left included. */
  const present = new Set<string>();
  const leaving = new Map<string, NodeJS.Timeout>();
  /** Whose document may not be as it should. */
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let isFailing = false;
  let isClosed = false;

  function change(user: string): void {
    changed.add(user);
    schedule(gatherTime);
  }

  function schedule(delay: number): void {
    if (node === undefined || timer || writing || isClosed) return;
    timer = setTimeout(() => {
      timer = undefined;
      writing = write().finally(() => {
        writing = undefined;
        if (changed.size > 0) schedule(isFailing ? retryAfter : gatherTime);
      });
    }, delay);
  }

  async function write(): Promise<void> {
    while (changed.size > 0 && node !== undefined && !isClosed) {
      const users = [...changed].slice(0, batchSize);
      const operations = users.map((user) => operationFor(user, node as string, present.has(user)));
      for (const user of users) changed.delete(user);
      try {
        await presence.collection.bulkWrite(operations as never, { ordered: false });
        isFailing = false;
      } catch (error) {
        for (const user of users) changed.add(user);
        // Once an outage.
        if (!isFailing && !isClosed) log.warn({ err: error }, "who is online could not be written");
        isFailing = true;
        return;
      }
    }
  }

  return {
    came(user) {
      clearTimeout(leaving.get(user));
      leaving.delete(user);
      if (present.has(user)) return;
      present.add(user);
      change(user);
    },
    left(user) {
      if (isClosed) return;
      const leave = () => {
        leaving.delete(user);
        present.delete(user);
        change(user);
      };
      leaving.set(user, setTimeout(leave, grace));
    },
    born(name) {
      if (isClosed) return;
      node = name;
      for (const user of present) changed.add(user);
      schedule(0);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      for (const each of leaving.values()) clearTimeout(each);
      const remove = async () => {
        // Not before: what is being written would stay.
        await writing;
        if (node !== undefined) await presence.deleteMany({ node });
      };
      await withDeadline(remove(), closeTimeout).catch((error) =>
        log.warn({ err: error }, "who was online here is left to other nodes to remove"),
      );
    },
  };
}

/** Says of each user who comes to have sockets on this node, or has none any more: whoever has, has a room. */
export function watchRooms(io: Io, presence: Pick<Presence, "came" | "left">): void {
  const { adapter } = io.of("/");
  const each = (say: (user: string) => void) => (room: string) => {
    const user = userOfRoom(room);
    if (user !== undefined) say(user);
  };
  adapter.on("create-room", each(presence.came));
  adapter.on("delete-room", each(presence.left));
}

function operationFor(user: string, node: string, isPresent: boolean): AnyBulkWriteOperation {
  const filter = { _id: `${user}:${node}` as never };
  if (!isPresent) return { deleteOne: { filter } };
  const update = { $setOnInsert: { user: new Types.ObjectId(user), node } };
  return { updateOne: { filter, update, upsert: true } };
}
