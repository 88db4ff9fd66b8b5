import type { ChangeStream, Db, Document, Timestamp } from "mongodb";
import { createIndexes } from "../../infra/indexes.ts";
import type { Database } from "../../shared/database.ts";
import { positionOf } from "../../shared/position.ts";
import type { Write } from "./model.ts";

/** A write as the database tells of it, at the instant at which it did. */
export interface Seen {
  write: Write;
  time: string;
  seen: number;
  /** Of a comment. */
  body?: string;
}

/**
 * What was committed, in its order: by a change stream of the test's own over whole documents, so that nothing of what is
 * tested has a part in it.
 */
export interface Truth {
  /** All that these people did so far. */
  of(people: readonly string[]): Seen[];
  /** Resolves when everything has been seen that was committed before a message to this user. */
  reached(marker: string): boolean;
  /** Lets what these people did be forgotten. */
  forget(people: readonly string[]): void;
  close(): Promise<void>;
}

/** Prepares an empty database and watches it. */
export async function watchTruth(database: Database): Promise<Truth> {
  await createIndexes(database);
  const { db } = database.connection;
  if (!db) throw new Error("The connection is closed.");
  // What a friendship was after each change, an event by itself does not say.
  await db.command({ collMod: "friendships", changeStreamPreAndPostImages: { enabled: true } });
  return openTruth(db);
}

async function openTruth(db: Db): Promise<Truth> {
  const stream = db.watch(
    [
      { $match: { "ns.coll": { $in: ["comments", "friendships", "outbox"] } } },
      { $project: { operationType: 1, clusterTime: 1, ns: 1, documentKey: 1, fullDocument: 1, updateDescription: 1 } },
    ],
    { fullDocument: "whenAvailable" },
  );
  /** Opened for sure only once it answered. */
  await stream.tryNext();
  const byPerson = new Map<string, Seen[]>();
  const authors = new Map<string, string>();
  const markers = new Set<string>();
  let failure: unknown;

  const follow = async () => {
    for await (const event of stream as AsyncIterable<Document>) {
      if (event.ns.coll === "outbox") {
        if (event.fullDocument?.payload?.from) markers.add(event.fullDocument.payload.from.id);
        continue;
      }
      const found = readWrite(event, authors);
      if (!found) continue;
      const { write, owners, body } = found;
      const seen: Seen = {
        write,
        time: positionOf(event.clusterTime as Timestamp),
        seen: performance.now(),
        ...(body === undefined ? {} : { body }),
      };
      for (const owner of owners) byPerson.set(owner, [...(byPerson.get(owner) ?? []), seen]);
    }
  };
  const followed = follow().catch((error) => {
    failure = error;
  });
  return {
    of(people) {
      if (failure) throw failure;
      const all = new Set(people.flatMap((person) => byPerson.get(person) ?? []));
      return [...all].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    },
    reached(marker) {
      if (failure) throw failure;
      return markers.has(marker);
    },
    forget(people) {
      for (const person of people) {
        for (const { write } of byPerson.get(person) ?? []) if (write.kind === "comment") authors.delete(write.id);
        byPerson.delete(person);
      }
    },
    async close() {
      failure ??= new Error("The truth is closed.");
      await (stream as ChangeStream).close();
      await followed;
    },
  };
}

function readWrite(
  event: Document,
  authors: Map<string, string>,
): { write: Write; owners: string[]; body?: string } | undefined {
  const id = String(event.documentKey._id);
  if (event.ns.coll === "friendships") {
    const { fullDocument } = event;
    if (!fullDocument) throw new Error(`The database kept no image of the friendship ${id}.`);
    const areFriends = fullDocument.wants.length === 2 && !fullDocument.blocks?.length;
    return { write: { kind: "pair", pair: id, areFriends }, owners: id.split(":") };
  }
  if (event.operationType === "insert") {
    const author = String(event.fullDocument.author);
    authors.set(id, author);
    const write = { kind: "comment", id, author, at: positionOf(event.fullDocument.at) } as const;
    return { write, owners: [author], body: event.fullDocument.body };
  }
  const author = authors.get(id);
  if (!event.updateDescription?.updatedFields?.removedAt || author === undefined) return undefined;
  return { write: { kind: "removal", id }, owners: [author] };
}
