import { setTimeout } from "node:timers/promises";
import { type Io, sendToSocket } from "./delivery/rooms.ts";

/** How long after its time a client may still be leaving, in milliseconds. */
const grace = 2_000;
const step = 50;

/**
 * Sends everybody away, each at a time of its own, evenly over `spread` milliseconds: all that come back at once would be a
 * storm for the other nodes. Resolves when nobody is left, when the time is up, or when `stopping` says so.
 */
export async function sendAway(io: Io, spread: number, stopping?: AbortSignal): Promise<void> {
  if (spread === 0) return;
  const start = performance.now();
  const leaving = [...io.sockets.sockets.values()].map((socket, i, { length }) => ({
    socket,
    afterMs: Math.round(((i + 1) / length) * spread),
  }));
  for (const { socket, afterMs } of leaving) sendToSocket(socket, "drain", { afterMs });
  let closed = 0;
  while (io.engine.clientsCount > 0 && closed < leaving.length && !stopping?.aborted) {
    const overdue = performance.now() - start - grace;
    for (const { socket, afterMs } of leaving.slice(closed)) {
      if (afterMs > overdue) break;
      // The connection alone: a client that is told to leave its namespace does not come back by itself.
      socket.conn.close();
      closed += 1;
    }
    await setTimeout(step, undefined, { signal: stopping }).catch(() => {});
  }
}
