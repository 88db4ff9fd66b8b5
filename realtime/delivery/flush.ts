import type { Io, KithSocket } from "./rooms.ts";

/**
 * Packets that waited for the one before them go out together: one write of the kernel's for all, where the engine makes one
 * for each. So the more there is to send, the less a packet costs.
 */
export function flushTogether(io: Io): void {
  io.engine.on("flush", ({ request }: KithSocket["conn"], packets: readonly unknown[]) => {
    if (packets.length === 1) return;
    request.socket.cork();
    process.nextTick(() => request.socket.uncork());
  });
}
