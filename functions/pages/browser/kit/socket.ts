import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import type { ServerEvents } from "../../../../shared/contracts/events.ts";

interface SocketEvents extends ServerEvents {
  disconnect: (reason: string) => void;
  connect_error: (error: Error) => void;
  /** The node shows that it is there, at least every 25 s. Of a socket that never tells this, silence means nothing. */
  heartbeat: () => void;
}

/** As much of a Socket.IO client as the kit uses. It must not reconnect by itself. */
export interface FeedSocket {
  on<Name extends keyof SocketEvents>(name: Name, listener: SocketEvents[Name]): unknown;
  connect(): unknown;
  /** A socket that was connected tells `disconnect` with the reason "io client disconnect". */
  disconnect(): unknown;
}

/** socket.io-client's options; outside of browsers with `headers`, which gives what a browser adds by itself. */
export interface OpenOptions extends Partial<ManagerOptions & SocketOptions> {
  /** The cookie and the origin, asked for at each try: a changed password gives the session another id. */
  headers?: () => Record<string, string>;
}

/** A socket to a realtime node, not connected yet. The kit reconnects it: only so the time of the next try is known. */
export function openSocket(url: string, { headers, ...options }: OpenOptions = {}): FeedSocket {
  const socket: Socket<ServerEvents & { heartbeat: () => void }, Record<string, never>> = io(url, {
    path: "/socket.io/",
    transports: ["websocket"],
    withCredentials: true,
    timeout: 10_000,
    ...options,
    autoConnect: false,
    reconnection: false,
    forceNew: true,
  });
  const heartbeats: (() => void)[] = [];
  socket.io.on("ping", () => {
    for (const listener of heartbeats) listener();
  });
  return {
    on(name, listener) {
      if (name === "heartbeat") heartbeats.push(listener as SocketEvents["heartbeat"]);
      else socket.on(name as never, listener as never);
    },
    connect() {
      if (headers) socket.io.opts.extraHeaders = headers();
      socket.connect();
    },
    disconnect: () => socket.disconnect(),
  };
}
