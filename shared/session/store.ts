import { MongoStore } from "connect-mongo";
import type { Session, SessionData } from "express-session";
import { BSON, type Collection, type Document, type UpdateFilter, type UpdateOptions } from "mongodb";
import { coalesce, inOneBatch } from "../coalesce.ts";
import { HeldSessions } from "./held.ts";
import { isAlive, type Lifetimes, type SessionRecord, userIdOf } from "./record.ts";
import type { SessionStoreOptions } from "./store-options.ts";

/** The code by which express-session knows "not found", as opposed to a store that fails. */
export class SessionGone extends Error {
  readonly code = "ENOENT";
  /** What Express answers where nobody catches it. */
  readonly status = 401;
  constructor() {
    super("The session has ended.");
    this.name = "SessionGone";
  }
}

interface StoredSession {
  _id: string;
  session: unknown;
  expires?: Date;
  lastModified?: Date;
  /** Whose session it is, and since when: ours, beside connect-mongo's fields, which its own writes leave alone. */
  user?: string;
  since?: Date;
}

/** What connect-mongo keeps private and a reader of its documents needs. */
interface Internals {
  computeStorageId(sid: string): string;
  decryptSession(document: StoredSession): Promise<void>;
  transformFunctions: { unserialize(payload: unknown): SessionData };
  options: { touchAfter: number };
}

/**
 * connect-mongo's store with its documents unchanged, and what express-session lacks: a save of a session that was read
 * before never creates its record again, nor does a new id come of one that ended meanwhile, both lifetimes are checked on every read, and reads of one turn share a query.
 * Uses the client without owning it: `close` is its owner's to call. An Express app can use it as its `store`.
 */
export class SessionStore extends MongoStore {
  readonly lifetimes: Lifetimes;
  private readonly onUnreadable: (key: string) => void;
  private readonly documents: Collection<StoredSession>;
  private readonly readDocument: (key: string) => Promise<StoredSession | undefined>;
  private readonly held = new HeldSessions();

  constructor(options: SessionStoreOptions) {
    const { client, dbName, idle, absolute, touchAfter = 0, deadline = 5_000, onUnreadable, ...storage } = options;
    super({
      ...storage,
      client,
      dbName,
      ttl: idle / 1000,
      touchAfter: touchAfter / 1000,
      // Its index is made by a command: a store that writes when it is built cannot be built while the database is away.
      autoRemove: "disabled",
    });
    this.onUnreadable = onUnreadable ?? (() => {});
    this.lifetimes = { idle, absolute };
    this.documents = client.db(dbName).collection(storage.collectionName ?? "sessions");
    const taken = new WeakSet<object>();
    const fetch = coalesce<StoredSession>({
      fetchMany: (keys) => this.documents.find({ _id: { $in: keys } }, inOneBatch(keys)).toArray(),
      keyOf: (document) => document._id,
      deadline,
    });
    // Two requests of one turn get the same document, and each may change what it was given.
    this.readDocument = async (key) => {
      const document = await fetch(key);
      if (!document || !taken.has(document)) {
        if (document) taken.add(document);
        return document;
      }
      return BSON.deserialize(BSON.serialize(document)) as StoredSession;
    };
  }

  private get internals(): Internals {
    return this as unknown as Internals;
  }

  /** The stored `_id` of a session id. */
  keyOf(sid: string): string {
    return this.internals.computeStorageId(sid);
  }

  /** The record of a session id, or undefined where there is none that is alive. */
  read(sid: string): Promise<SessionRecord | undefined> {
    return this.readKey(this.keyOf(sid));
  }

  /** The record of a stored `_id`, or undefined where there is none that is alive. */
  async readKey(key: string): Promise<SessionRecord | undefined> {
    const document = await this.readDocument(key);
    const record = document && (await this.toRecord(document));
    return record && isAlive(record, this.lifetimes, new Date()) ? record : undefined;
  }

  /** All sessions of a user that are alive, those too which a neighbour wrote and nobody has read here yet. */
  async sessionsOf(user: string): Promise<SessionRecord[]> {
    const records: SessionRecord[] = [];
    const now = new Date();
    for await (const document of this.documents.find({ $or: [{ user }, { user: null as never }] })) {
      if (document.user === undefined && (await this.decode(document).then((data) => userIdOf(data ?? {}))) !== user) {
        continue;
      }
      const record = await this.toRecord(document);
      if (record && userIdOf(record.data) === user && isAlive(record, this.lifetimes, now)) records.push(record);
    }
    return records;
  }

  /** Deletes sessions by their stored keys. */
  async end(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.documents.deleteMany({ _id: { $in: [...keys] } });
  }

  /** The session of a document, stamped where it was not; undefined where there is none to be found in it. */
  private async toRecord(document: StoredSession): Promise<SessionRecord | undefined> {
    const data = await this.decode(document);
    if (!data) return undefined;
    if (this.internals.options.touchAfter > 0 && document.lastModified) {
      (data as { lastModified?: Date }).lastModified = document.lastModified;
    }
    const { _id: key, expires } = document;
    const user = userIdOf(data);
    // A neighbour may have signed somebody in, or somebody else, without a word to our siblings.
    const since = user === undefined || document.user === user ? document.since : undefined;
    return { key, data, expires, since: since ?? (user === undefined ? undefined : await this.stamp(document, user)) };
  }

  /** The decoded session; undefined, and reported, where there is none to be found. */
  private async decode(document: StoredSession): Promise<SessionData | undefined> {
    try {
      await this.internals.decryptSession(document);
      const data = this.internals.transformFunctions.unserialize(document.session);
      if (typeof data?.cookie === "object" && data.cookie !== null) return data;
    } catch {
      // Its message would quote the record.
    }
    this.onUnreadable(document._id);
    return undefined;
  }

  /** A record that a neighbour wrote counts from when it is first seen here. */
  private async stamp({ _id, user: before }: StoredSession, user: string): Promise<Date> {
    const since = new Date();
    await this.documents.updateOne({ _id, user: (before ?? null) as string }, { $set: { since, user } });
    return since;
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    this.read(sid).then(
      (record) => callback(null, record?.data ?? null),
      (error) => callback(error),
    );
  }

  override createSession(request: unknown, data: SessionData): Session & SessionData {
    const session = super.createSession(request as never, data as never) as Session & SessionData;
    this.held.hold(session.id, session);
    return session;
  }

  override set(sid: string, session: SessionData, callback?: (error: unknown) => void): void {
    const user = userIdOf(session);
    const write = async (filter: { _id: string }, update: UpdateFilter<StoredSession>, options: UpdateOptions) => {
      const isNew = this.held.of(sid, session) === undefined;
      const result = await this.documents.updateOne(filter, withSiblings(update, user, isNew), {
        ...options,
        upsert: isNew,
      });
      if (!isNew && result.matchedCount === 0) throw new SessionGone();
      this.held.hold(sid, session, user);
      return result;
    };
    const through = {
      updateOne: (...given: Parameters<typeof write>) => this.held.inTurn(session, () => write(...given)),
    };
    // connect-mongo builds the document; only its last step, the write, is ours.
    const writer = Object.create(this, { collectionP: { value: Promise.resolve(through) } });
    MongoStore.prototype.set.call(writer, sid, session as never, callback);
  }

  /**
   * Gives a request a new session in the place of its own, which ends. SessionGone where somebody was signed in by it who
   * no longer is: whoever carried them over to the new one would undo a sign-out. The request then holds the new session,
   * as with any error, and to regenerate that one succeeds.
   */
  override regenerate(request: Request, callback: (error?: unknown) => void): void {
    const { sessionID: sid, session, sessionStore } = request;
    const user = session ? this.held.of(sid, session)?.user : undefined;
    this.take(sid).then(
      (taken) => {
        sessionStore.generate(request);
        callback(user !== undefined && taken !== user ? new SessionGone() : null);
      },
      (error) => {
        sessionStore.generate(request);
        callback(error);
      },
    );
  }

  /** Deletes the record of a session id. Whose it was at that moment; undefined where it was nobody's or not there. */
  private async take(sid: string): Promise<string | undefined> {
    const document = await this.documents.findOneAndDelete({ _id: this.keyOf(sid) });
    this.emit("destroy", sid);
    const data = document && (await this.decode(document));
    return data ? userIdOf(data) : undefined;
  }

  override touch(sid: string, session: SessionData, callback?: (error: unknown) => void): void {
    super.touch(sid, session as never, (error) => {
      callback?.(
        error instanceof Error && error.message === "Unable to find the session to touch" ? new SessionGone() : error,
      );
    });
  }

  /** Creates the index by which the database forgets expired sessions, and the one by which a user's are found. */
  async createIndexes(): Promise<void> {
    await this.documents.createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
    await this.documents.createIndex({ user: 1 });
  }
}

/** What express-session puts on a request: `sessionStore` is the store as that request sees it, `generate` included. */
interface Request {
  sessionID: string;
  session?: SessionData;
  sessionStore: { generate(request: object): void };
}

function withSiblings(update: Document, user: string | undefined, isNew: boolean): Document {
  if (!user) return isNew ? update : { ...update, $unset: { user: "", since: "" } };
  return { ...update, $set: { ...update.$set, user, ...(isNew ? { since: new Date() } : {}) } };
}
