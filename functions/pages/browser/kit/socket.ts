import { io } from "socket.io-client";
import type { ServerEvents } from "../../../../shared/contracts/events.ts";

interface SocketEvents extends ServerEvents {
  disconnect: (reason: string) => void;
  connect_error: (error: Error) => void;
}

/** As much of a Socket.IO client as the kit uses. It must not reconnect by itself. */
export interface FeedSocket {
  on<Name extends keyof SocketEvents>(name: Name, listener: SocketEvents[Name]): unknown;
  connect(): unknown;
  /** A socket that was connected tells `disconnect` with the reason "io client disconnect". */
  disconnect(): unknown;
}

/** A socket to a realtime node, not connected yet. The kit reconnects it: only so the time of the next try is known. */
export function openSocket(url: string): FeedSocket {
  return io(url, {
    path: "/socket.io/",
    transports: ["websocket"],
    withCredentials: true,
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    timeout: 10_000,
  }) as unknown as FeedSocket;
}
