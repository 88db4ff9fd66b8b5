import type { Socket } from "node:net";
import type { Io, KithSocket } from "./rooms.ts";

/**
 * What is to be sent at the same time goes out in one write of the kernel's, where the engine makes several: packets that
 * waited for the one before them, and the answer to a handshake with the packet that follows it. So the more there is to
 * send, the less a packet costs.
 */
export function flushTogether(io: Io): void {
  io.engine.on("flush", ({ request }: KithSocket["conn"], packets: readonly unknown[]) => {
    if (packets.length > 1) hold(request.socket);
  });
  io.engine.on("initial_headers", (_: unknown, request: { socket: Socket }) => hold(request.socket));
}

function hold(socket: Socket): void {
  socket.cork();
  process.nextTick(() => socket.uncork());
}
