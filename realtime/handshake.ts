import type { IncomingMessage } from "node:http";
import type { Session, SessionData } from "express-session";
import type { Config } from "../shared/config.ts";
import type { Database } from "../shared/database.ts";
import { AppError } from "../shared/errors.ts";
import type { UserRecord } from "../shared/models/user.ts";
import type { sessionIdReader } from "../shared/session/cookie.ts";
import { passwordChangesOf, type SessionRecord, speaksFor, userIdOf } from "../shared/session/record.ts";
import type { KnownUser, UserDirectory } from "../shared/users.ts";
import type { Addresses } from "./addresses.ts";
import type { Connection, Connections } from "./revocation.ts";

/** What a socket knows of itself: the same session that a handler sees, and its user as the database has it. */
export interface SocketData {
  session: Session & SessionData;
  user: Omit<UserRecord, "password">;
}

export interface Admission extends SocketData {
  connection: Connection;
  record: SessionRecord;
}

/**
 * Decides on a handshake before it is upgraded: origin, stream, address, cookie, session, user.
 * @throws AppError `origin_refused` (403), `unavailable` (503), `too_many_requests` (429), `unauthenticated` (401)
 */
export async function admit(
  request: IncomingMessage,
  deps: {
    config: Config;
    database: Database;
    connections: Connections;
    sessionIdOf: ReturnType<typeof sessionIdReader>;
    addresses: Addresses;
    /** Whether changes flow, and the node is to stay. */
    isOpen: () => boolean;
    users: Pick<UserDirectory, "findById">;
  },
): Promise<Admission> {
  const { config, database, connections, addresses, users } = deps;
  const { origin, cookie } = request.headers;
  // A browser sends a WebSocket's cookies from any site, and always with an Origin.
  if (!origin || !config.publicOrigins.includes(origin)) throw new AppError("origin_refused");
  if (!deps.isOpen()) throw new AppError("unavailable");
  // Handshakes wait for their group: for a client that left meanwhile nothing would ever be given back.
  if (request.socket.destroyed) throw new AppError("unavailable");
  addresses.take(request);
  const sid = deps.sessionIdOf(cookie);
  if (!sid) throw new AppError("unauthenticated");

  const connection = connections.register(database.sessions.keyOf(sid));
  request.socket.on("close", () => connections.forget(connection));
  const record = await database.sessions.read(sid);
  const made = record && passwordChangesOf(record.data);
  const named = record && userIdOf(record.data);
  const id = named && /^[0-9a-f]{24}$/.test(named) ? named : undefined;
  if (id) {
    connections.identify(connection, id, made);
    if (connections.countOf(id) > config.sockets.perUser) {
      throw new AppError("too_many_requests", {
        message: "Too many connections of this account are open. Close some.",
      });
    }
  }
  // Read again because of a change that comes meanwhile, it is the newer one.
  let changed: KnownUser | undefined;
  connection.onUser = (user) => {
    changed = user;
  };
  const read = id ? await users.findById(id) : undefined;
  const user = read && (changed ?? read);
  if (!record || !user || !speaksFor(made, user) || connection.ended) throw new AppError("unauthenticated");
  const owner = { sessionID: sid, sessionStore: database.sessions };
  const session = database.sessions.createSession(owner, record.data);
  const admission: Admission = { connection, record, session, user: withoutPassword(user) };
  connection.onUser = (newer) => {
    admission.user = withoutPassword(newer);
  };
  return admission;
}

/** A user as a socket keeps it. */
export function withoutPassword({ password: _, ...known }: KnownUser): SocketData["user"] {
  return known;
}
