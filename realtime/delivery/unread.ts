import { limits } from "../../shared/contracts/limits.ts";
import type { Log } from "../../shared/log.ts";
import type { RealtimeMetrics } from "../metrics.ts";
import type { Io, KithSocket } from "./rooms.ts";

/** A burst is not yet a client that does not read: what it has not taken after so many milliseconds counts. */
const patience = 250;

type Connection = KithSocket["conn"];

interface Packet {
  data?: string;
  options?: { wsPreEncodedFrame?: readonly Buffer[] };
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

function watch(connection: Connection, onCut: (waiting: { packets: number; bytes: number }) => void): void {
  // Documented, but for its type.
  const engine = connection as unknown as { readonly writeBuffer: readonly Packet[] };
  const raw = connection.request.socket;
  /** Of the packets in the engine's buffer, which it empties as a whole; the rest is the raw socket's. */
  let buffered = 0;
  let timer: NodeJS.Timeout | undefined;

  const waiting = () => {
    const packets = engine.writeBuffer.length;
    return { packets, bytes: raw.writableLength + (packets > 0 ? buffered : 0) };
  };
  const isTooMuch = ({ packets, bytes }: ReturnType<typeof waiting>) =>
    packets > limits.unread.packets || bytes > limits.unread.bytes;

  connection.on("packetCreate", (packet: Packet) => {
    const [first, second] = engine.writeBuffer;
    // The usual case by far: nothing waits, and this packet is on its way at once.
    if (!first) return;
    if (!second) buffered = sizeOf(first);
    buffered += sizeOf(packet);
    if (timer || !isTooMuch(waiting())) return;
    timer = setTimeout(() => {
      timer = undefined;
      const still = waiting();
      if (raw.destroyed || !isTooMuch(still)) return;
      // No polite close: it would have to wait, too.
      raw.destroy();
      onCut(still);
    }, patience).unref();
  });
}

function sizeOf({ data, options }: Packet): number {
  const frame = options?.wsPreEncodedFrame;
  return frame ? frame.reduce((sum, { length }) => sum + length, 0) : Buffer.byteLength(data ?? "");
}
