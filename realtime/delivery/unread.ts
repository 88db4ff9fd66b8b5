import { limits } from "../../shared/contracts/limits.ts";
import type { Log } from "../../shared/log.ts";
import type { RealtimeMetrics } from "../metrics.ts";
import type { Io, KithSocket } from "./rooms.ts";

/**
 * A burst is not yet a client that does not read: what it has not taken after so many milliseconds counts. Meanwhile so
 * many times as much may wait: more than the largest batch of changes that is delivered in one turn.
 */
const patience = 250;
const burst = 8;

type Connection = KithSocket["conn"];

interface Packet {
  data?: string;
  options?: { wsPreEncodedFrame?: readonly Buffer[] };
}

/** What the engine holds back, which it lets go of as a whole; the rest is the raw socket's. */
interface Queue {
  bytes: number;
  timer: NodeJS.Timeout | undefined;
}

interface Waiting {
  packets: number;
  bytes: number;
}

/**
 * Cuts whoever does not read before what waits for it, packets and bytes, fills the memory; everything that is written to
 * a connection is counted, whoever writes it. Its client catches up when it is back.
 */
export function limitUnread(io: Io, metrics: Pick<RealtimeMetrics, "cuts">, log: Pick<Log, "info">): void {
  const queues = new WeakMap<Connection, Queue>();

  function waitingFor(connection: Connection): Waiting {
    const packets = bufferOf(connection).length;
    const buffered = packets > 0 ? (queues.get(connection)?.bytes ?? 0) : 0;
    return { packets, bytes: buffered + connection.request.socket.writableLength };
  }

  function cutIfOver(connection: Connection, times: number): void {
    const { socket } = connection.request;
    const waiting = waitingFor(connection);
    if (socket.destroyed || !isOver(waiting, times)) return;
    // No polite close: it would have to wait, too.
    socket.destroy();
    metrics.cuts.inc();
    log.info(waiting, "a socket was cut: its client does not read");
  }

  function look(this: Connection, packet: Packet): void {
    const buffer = bufferOf(this);
    const first = buffer[0];
    // The usual case by far: nothing waits, and this packet is on its way at once.
    if (!first) return;
    const queue = queues.get(this) ?? { bytes: 0, timer: undefined };
    queues.set(this, queue);
    if (buffer.length === 1) queue.bytes = sizeOf(first);
    queue.bytes += sizeOf(packet);
    if (queue.timer) cutIfOver(this, burst);
    else if (isOver(waitingFor(this), 1)) {
      queue.timer = setTimeout(() => {
        queue.timer = undefined;
        cutIfOver(this, 1);
      }, patience).unref();
    }
  }

  io.engine.on("connection", (connection: Connection) => connection.on("packetCreate", look));
}

/** Documented, but for its type. */
function bufferOf(connection: Connection): readonly Packet[] {
  return (connection as unknown as { writeBuffer: readonly Packet[] }).writeBuffer;
}

function isOver({ packets, bytes }: Waiting, times: number): boolean {
  return packets > limits.unread.packets * times || bytes > limits.unread.bytes * times;
}

function sizeOf({ data, options }: Packet): number {
  const frame = options?.wsPreEncodedFrame;
  return frame ? frame.reduce((sum, { length }) => sum + length, 0) : Buffer.byteLength(data ?? "");
}
