import type { Config } from "../shared/config.ts";
import type { Database } from "../shared/database.ts";
import type { Log } from "../shared/log.ts";
import { toPerson } from "../shared/models/user.ts";
import { positionOf } from "../shared/position.ts";
import { endsOf } from "../shared/session/record.ts";
import { shortHash } from "../shared/short-hash.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Delivery } from "./delivery/index.ts";
import { type KithSocket, sendToSocket, sessionRoom, userRoom } from "./delivery/rooms.ts";
import { type Admission, withoutPassword } from "./handshake.ts";
import type { Connections } from "./revocation.ts";

/** How long a client may take to close what it was told to close, in milliseconds. */
export const closeTimeout = 1_000;

/**
 * Lets an admitted socket in: its session is read once more, as its client may have let time pass since the handshake,
 * and only then does it hear anything.
 */
export async function join(
  socket: KithSocket,
  admission: Admission,
  deps: {
    config: Config;
    database: Database;
    connections: Connections;
    deadlines: Deadlines;
    delivery: Pick<Delivery, "time">;
    log: Log;
  },
): Promise<void> {
  const { connection, session, user } = admission;
  const { config, database, connections, deadlines, log } = deps;
  socket.data = { session, user };
  connection.onUser = (changed) => {
    socket.data.user = withoutPassword(changed);
  };
  // Clients send nothing: writes are HTTP's job.
  socket.onAny(() => leave(socket));
  socket.once("disconnect", () => leave(socket));
  connection.onEnd = (reason) => {
    sendToSocket(socket, "session", { state: "ended", at: new Date().toISOString(), reason });
    leave(socket);
  };
  if (connection.ended) {
    connection.onEnd(connection.ended);
    return;
  }
  const record = await database.sessions.readKey(connection.key);
  connections.settle(connection.key, record);
  const time = deps.delivery.time();
  if (!record || connection.ended || !socket.connected || socket.request.socket.destroyed) return;
  if (!time) {
    leave(socket);
    return;
  }
  const id = user._id.toHexString();
  void socket.join([userRoom(id), sessionRoom(connection.key)]);
  const { expiresAt, endsAt } = endsOf(record, config.session, new Date());
  sendToSocket(socket, "me", {
    // Not as the handshake read it: who was renamed since then was told so before this socket heard anything.
    user: toPerson(socket.data.user),
    session: { expiresAt: expiresAt.toISOString(), endsAt: endsAt.toISOString() },
    time: positionOf(time),
  });
  deadlines.watch(connection, record, (warning) => sendToSocket(socket, "session", warning));
  log.debug({ user: id, session: shortHash(connection.key) }, "a socket is connected");
}

/** Closes a socket with its connection, also where the client does not do its part. */
export function leave(socket: KithSocket): void {
  socket.disconnect(true);
  // A client that left its namespace keeps its connection, which nobody would watch.
  socket.conn.close();
  const { socket: raw } = socket.request;
  setTimeout(() => raw.destroy(), closeTimeout).unref();
}
