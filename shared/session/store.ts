import { MongoStore } from "connect-mongo";
import type { Session, SessionData } from "express-session";
import type { Collection, Document, UpdateFilter, UpdateOptions } from "mongodb";
import { withDeadline } from "../deadline.ts";
import { type Internals, SessionReader, type StoredSession } from "./reader.ts";
import { type Lifetimes, type SessionRecord, userIdOf } from "./record.ts";
import type { SessionStoreOptions } from "./store-options.ts";

/** The code by which express-session knows "not found", as opposed to a store that fails. */
export class SessionGone extends Error {
  readonly code = "ENOENT";
  constructor() {
    super("The session has ended.");
    this.name = "SessionGone";
  }
}

/**
 * connect-mongo's store with its documents unchanged, and what express-session lacks: a save of a session that was read
 * before never creates its record again, both lifetimes are checked on every read, and reads of one turn share a query.
 * Uses the client without owning it: `close` is its owner's to call. An Express app can use it as its `store`.
 */
export class SessionStore extends MongoStore {
  readonly lifetimes: Lifetimes;
  private readonly documents: Collection<StoredSession>;
  private readonly reader: SessionReader;
  private readonly touchAfter: number;
  private readonly deadline: number;
  /** Sessions that came out of the store or went in: saving one that is no longer there must not revive it. */
  private readonly known = new WeakSet<object>();

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
    this.lifetimes = { idle, absolute };
    this.touchAfter = touchAfter;
    this.deadline = deadline;
    this.documents = client.db(dbName).collection(storage.collectionName ?? "sessions");
    this.reader = new SessionReader({
      documents: this.documents,
      internals: this.internals,
      lifetimes: this.lifetimes,
      deadline,
      onUnreadable: onUnreadable ?? (() => {}),
    });
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
  readKey(key: string): Promise<SessionRecord | undefined> {
    return this.reader.readKey(key);
  }

  /** All sessions of a user that are alive, those too which a neighbour wrote and nobody has read here yet. */
  sessionsOf(user: string): Promise<SessionRecord[]> {
    return this.reader.sessionsOf(user);
  }

  /** Deletes sessions by their stored keys. */
  async end(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.documents.deleteMany({ _id: { $in: [...keys] } });
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    this.read(sid).then(
      (record) => callback(null, record?.data ?? null),
      (error) => callback(error),
    );
  }

  override createSession(request: unknown, data: SessionData): Session & SessionData {
    const session = super.createSession(request as never, data as never) as Session & SessionData;
    this.known.add(session);
    this.reader.pass(data, session);
    return session;
  }

  /** The stored record that a session was made from; undefined for a new one. */
  recordOf(session: object): SessionRecord | undefined {
    return this.reader.recordOf(session);
  }

  /**
   * Whether `touch` would write: `touchAfter` has passed since the last time. Where a neighbour's record does not say when
   * that was, its end and its length do.
   */
  isTouchDue(session: SessionData & { lastModified?: Date }): boolean {
    const length = session.cookie.originalMaxAge ?? this.lifetimes.idle;
    const lastWrite =
      session.lastModified?.getTime() ?? (this.recordOf(session)?.expires?.getTime() ?? length) - length;
    return Date.now() - lastWrite >= this.touchAfter;
  }

  override set(sid: string, session: SessionData, callback?: (error: unknown) => void): void {
    const known = this.known.has(session);
    const through = {
      updateOne: async (filter: { _id: string }, update: UpdateFilter<StoredSession>, options: UpdateOptions) => {
        const isNewUser = !known || this.recordOf(session)?.user !== userIdOf(session);
        const result = await this.documents.updateOne(filter, withSiblings(update, session, known, isNewUser), {
          ...options,
          upsert: !known,
        });
        if (known && result.matchedCount === 0) throw new SessionGone();
        this.known.add(session);
        return result;
      },
    };
    // connect-mongo builds the document; only its last step, the write, is ours.
    const writer = Object.create(this, { collectionP: { value: Promise.resolve(through) } });
    MongoStore.prototype.set.call(writer, sid, session as never, callback);
  }

  override touch(sid: string, session: SessionData, callback?: (error: unknown) => void): void {
    const touched = new Promise<void>((resolve, reject) => {
      super.touch(sid, session as never, (error) => (error ? reject(error) : resolve()));
    });
    withDeadline(touched, this.deadline).then(
      () => callback?.(null),
      (error) => callback?.(error.message === "Unable to find the session to touch" ? new SessionGone() : error),
    );
  }

  /** Creates the index by which the database forgets expired sessions, and the one by which a user's are found. */
  async createIndexes(): Promise<void> {
    await this.documents.createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
    // Those without the field too: among them are what neighbours wrote. (Under its default name an earlier one left them out.)
    await this.documents.createIndex({ user: 1 }, { name: "user" });
  }
}

function withSiblings(update: Document, session: SessionData, known: boolean, isNewUser: boolean): Document {
  const user = userIdOf(session);
  if (!user) return known ? { ...update, $unset: { user: "", since: "" } } : update;
  return { ...update, $set: { ...update.$set, user, ...(isNewUser ? { since: new Date() } : {}) } };
}
