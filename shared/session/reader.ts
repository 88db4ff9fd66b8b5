import type { SessionData } from "express-session";
import { BSON, type Collection } from "mongodb";
import { coalesce, inOneBatch } from "../coalesce.ts";
import { isAlive, type Lifetimes, type SessionRecord, userIdOf } from "./record.ts";

/** connect-mongo's document. */
export interface StoredSession {
  _id: string;
  session: unknown;
  expires?: Date;
  lastModified?: Date;
  /** Whose session it is, and since when: ours, beside connect-mongo's fields, which its own writes leave alone. */
  user?: string;
  since?: Date;
}

/** What connect-mongo keeps private and a reader of its documents needs. */
export interface Internals {
  computeStorageId(sid: string): string;
  decryptSession(document: StoredSession): Promise<void>;
  transformFunctions: { unserialize(payload: unknown): SessionData };
  options: { touchAfter: number };
}

export interface ReaderOptions {
  documents: Collection<StoredSession>;
  internals: Internals;
  lifetimes: Lifetimes;
  /** After how many milliseconds a read fails as `unavailable`. */
  deadline: number;
  /** Told the key of a record that is there and cannot be read. */
  onUnreadable: (key: string) => void;
}

/** Under which data, and the session made of them, bear their record: a WeakMap would cost each request ten times this. */
const bearer = Symbol("record");

function bear(data: object, record: SessionRecord): void {
  Object.defineProperty(data, bearer, { value: record, configurable: true });
}

/** Reads connect-mongo's documents: reads of one turn share a query, and both lifetimes are checked on each. */
export class SessionReader {
  readonly #options: ReaderOptions;
  readonly #readDocument: (key: string) => Promise<StoredSession | undefined>;

  constructor(options: ReaderOptions) {
    this.#options = options;
    const { documents, deadline } = options;
    const taken = new WeakSet<object>();
    const fetch = coalesce<StoredSession>({
      fetchMany: (keys) =>
        documents.find({ _id: { $in: keys } }, { ...inOneBatch(keys), readPreference: "primary" }).toArray(),
      keyOf: (document) => document._id,
      deadline,
    });
    // Two requests of one turn get the same document, and each may change what it was given.
    this.#readDocument = async (key) => {
      const document = await fetch(key);
      if (!document || !taken.has(document)) {
        if (document) taken.add(document);
        return document;
      }
      return BSON.deserialize(BSON.serialize(document)) as StoredSession;
    };
  }

  /** The record of a stored `_id`, or undefined where there is none that is alive. */
  async readKey(key: string): Promise<SessionRecord | undefined> {
    const document = await this.#readDocument(key);
    const record = document && (await this.#toRecord(document));
    return record && isAlive(record, this.#options.lifetimes, new Date()) ? record : undefined;
  }

  /** All sessions of a user that are alive, those too which a neighbour wrote and nobody has read here yet. */
  async sessionsOf(user: string): Promise<SessionRecord[]> {
    const records: SessionRecord[] = [];
    const now = new Date();
    for await (const document of this.#ownedOrUnowned(user)) {
      const data = await this.decode(document);
      if (!data || userIdOf(data) !== user) continue;
      const record = await this.#toRecord(document, data);
      if (isAlive(record, this.#options.lifetimes, now)) records.push(record);
    }
    return records;
  }

  /**
   * The stored keys of a user's sessions: for ending them all, so those too that have run out by our clock, or that cannot be
   * read here, as where another key or format is set.
   */
  async keysOf(user: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const document of this.#ownedOrUnowned(user)) {
      const data = await this.decode(document);
      if (data ? userIdOf(data) === user : document.user === user) keys.push(document._id);
    }
    return keys;
  }

  /** What a user owns, and what nobody has stamped. A member that is behind must not answer. */
  #ownedOrUnowned(user: string) {
    const { documents, deadline } = this.#options;
    const theirs = { $or: [{ user }, { user: null as never }] };
    return documents.find(theirs, { readPreference: "primary", maxTimeMS: deadline });
  }

  /** The record that data were read from. */
  recordOf(data: object): SessionRecord | undefined {
    return (data as { [bearer]?: SessionRecord })[bearer];
  }

  /** Makes a session the bearer of the record that its data were read from. */
  pass(data: object, session: object): void {
    const record = this.recordOf(data);
    if (record) bear(session, record);
  }

  async #toRecord(document: StoredSession): Promise<SessionRecord | undefined>;
  async #toRecord(document: StoredSession, data: SessionData): Promise<SessionRecord>;
  async #toRecord(document: StoredSession, given?: SessionData): Promise<SessionRecord | undefined> {
    const data = given ?? (await this.decode(document));
    if (!data) return undefined;
    if (this.#options.internals.options.touchAfter > 0 && document.lastModified) {
      (data as { lastModified?: Date }).lastModified = document.lastModified;
    }
    const { _id: key, expires } = document;
    const user = userIdOf(data);
    // A neighbour may have signed somebody in, or somebody else, without a word to our siblings.
    const known = user === undefined || document.user === user ? document.since : undefined;
    const since = known ?? (user === undefined ? undefined : await this.#stamp(document, user));
    const record: SessionRecord = { key, data, expires, user, since };
    bear(data, record);
    return record;
  }

  /** The decoded session; undefined, and reported, where there is none to be found. */
  async decode(document: StoredSession): Promise<SessionData | undefined> {
    const { internals, onUnreadable } = this.#options;
    try {
      await internals.decryptSession(document);
      const data = internals.transformFunctions.unserialize(document.session);
      if (typeof data?.cookie === "object" && data.cookie !== null) return data;
    } catch {
      // Its message would quote the record.
    }
    onUnreadable(document._id);
    return undefined;
  }

  /** A record that a neighbour wrote counts from when it is first seen here. */
  async #stamp({ _id, user: before }: StoredSession, user: string): Promise<Date> {
    const since = new Date();
    await this.#options.documents.updateOne({ _id, user: (before ?? null) as string }, { $set: { since, user } });
    return since;
  }
}
