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

interface Waiting {
  packets: number;
  bytes: number;
}

/**
 * Cuts whoever does not read before what waits for it, packets and bytes, fills the memory; everything that is written to
 * a connection is counted, whoever writes it. Its client catches up when it is back.
 */
export function limitUnread(io: Io, metrics: Pick<RealtimeMetrics, "cuts">, log: Pick<Log, "info">): void {
  io.engine.on("connection", (connection: Connection) => {
    watch(connection, (waiting) => {
      metrics.cuts.inc();
      log.info(waiting, "a socket was cut: its client does not read");
    });
  });
}

function watch(connection: Connection, onCut: (waiting: Waiting) => void): void {
  // Documented, but for its type.
  const engine = connection as unknown as { readonly writeBuffer: readonly Packet[] };
  const raw = connection.request.socket;
  /** Of the packets in the engine's buffer, which it empties as a whole; the rest is the raw socket's. */
  let buffered = 0;
  let timer: NodeJS.Timeout | undefined;

  const waiting = (): Waiting => {
    const packets = engine.writeBuffer.length;
    return { packets, bytes: raw.writableLength + (packets > 0 ? buffered : 0) };
  };
  const isOver = ({ packets, bytes }: Waiting, times: number) =>
    packets > limits.unread.packets * times || bytes > limits.unread.bytes * times;

  function cutIfOver(times: number): void {
    const now = waiting();
    if (raw.destroyed || !isOver(now, times)) return;
    // No polite close: it would have to wait, too.
    raw.destroy();
    onCut(now);
  }

  connection.on("packetCreate", (packet: Packet) => {
    const [first, second] = engine.writeBuffer;
    // The usual case by far: nothing waits, and this packet is on its way at once.
    if (!first) return;
    if (!second) buffered = sizeOf(first);
    buffered += sizeOf(packet);
    if (timer) cutIfOver(burst);
    else if (isOver(waiting(), 1)) {
      timer = setTimeout(() => {
        timer = undefined;
        cutIfOver(1);
      }, patience).unref();
    }
  });
}

function sizeOf({ data, options }: Packet): number {
  const frame = options?.wsPreEncodedFrame;
  return frame ? frame.reduce((sum, { length }) => sum + length, 0) : Buffer.byteLength(data ?? "");
}
