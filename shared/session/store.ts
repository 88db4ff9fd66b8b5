import { MongoStore } from "connect-mongo";
import type { Session, SessionData } from "express-session";
import type { Collection, Document, UpdateFilter, UpdateOptions } from "mongodb";
import { withDeadline } from "../deadline.ts";
import { HeldSessions } from "./held.ts";
import { type Internals, SessionReader, type StoredSession } from "./reader.ts";
import { type Lifetimes, lastWriteOf, type SessionRecord, userIdOf } from "./record.ts";
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

/**
 * connect-mongo's store with its documents unchanged, and what express-session lacks: a save of a session that was read
 * before never creates its record again, nobody is carried over from one that ended meanwhile, both lifetimes are checked
 * on every read, and reads of one turn share a query.
 * Uses the client without owning it: `close` is its owner's to call. An Express app can use it as its `store`.
 */
export class SessionStore extends MongoStore {
  readonly lifetimes: Lifetimes;
  private readonly documents: Collection<StoredSession>;
  private readonly reader: SessionReader;
  private readonly touchAfter: number;
  private readonly deadline: number;
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
    // A middleware may call it on a store of its own, as with express-session's.
    this.regenerate = this.regenerate.bind(this);
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

  /** The stored keys of all that is a user's, alive or not, readable or not. */
  keysOf(user: string): Promise<string[]> {
    return this.reader.keysOf(user);
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
    this.held.hold(session.id, session);
    this.reader.pass(data, session);
    return session;
  }

  /** The stored record that a session was made from; undefined for a new one. */
  recordOf(session: object): SessionRecord | undefined {
    return this.reader.recordOf(session);
  }

  /** Whether `touch` would write: `touchAfter` has passed since the last time. */
  isTouchDue(session: SessionData): boolean {
    const length = session.cookie.originalMaxAge ?? this.lifetimes.idle;
    const lastWrite = lastWriteOf(session, this.recordOf(session)?.expires, length);
    return Date.now() - (lastWrite?.getTime() ?? 0) >= this.touchAfter;
  }

  override set(sid: string, session: SessionData, callback?: (error: unknown) => void): void {
    const user = userIdOf(session);
    const write = async (filter: { _id: string }, update: UpdateFilter<StoredSession>, options: UpdateOptions) => {
      const held = this.held.of(sid, session);
      const known = held !== undefined;
      const result = await this.documents.updateOne(filter, withSiblings(update, user, known, held?.user !== user), {
        ...options,
        upsert: !known,
      });
      if (known && result.matchedCount === 0) throw new SessionGone();
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
    const done = (error: unknown) => {
      sessionStore.generate(request);
      callback(error);
    };
    this.take(sid).then((taken) => done(user !== undefined && taken !== user ? new SessionGone() : null), done);
  }

  /** Deletes the record of a session id. Whose it was at that moment; undefined where it was nobody's or not there. */
  private async take(sid: string): Promise<string | undefined> {
    const document = await this.documents.findOneAndDelete({ _id: this.keyOf(sid) });
    this.emit("destroy", sid);
    const data = document && (await this.reader.decode(document));
    return data ? userIdOf(data) : undefined;
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

  /** Whether the database forgets expired sessions. They are refused in any case, but fill it. */
  async isExpiryIndexed(): Promise<boolean> {
    const indexes = await this.documents.indexes({ maxTimeMS: this.deadline });
    return indexes.some(({ key, expireAfterSeconds }) => key.expires === 1 && expireAfterSeconds === 0);
  }

  /** Creates the index by which the database forgets expired sessions, and the one by which a user's are found. */
  async createIndexes(): Promise<void> {
    await this.documents.createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
    // Those without the field too: among them are what neighbours wrote. (Under its default name an earlier one left them out.)
    await this.documents.createIndex({ user: 1 }, { name: "user" });
  }
}

/** What express-session puts on a request: `sessionStore` is the store as that request sees it, `generate` included. */
interface Request {
  sessionID: string;
  session?: SessionData;
  sessionStore: { generate(request: object): void };
}

function withSiblings(update: Document, user: string | undefined, known: boolean, isNewUser: boolean): Document {
  if (!user) return known ? { ...update, $unset: { user: "", since: "" } } : update;
  return { ...update, $set: { ...update.$set, user, ...(isNewUser ? { since: new Date() } : {}) } };
}
