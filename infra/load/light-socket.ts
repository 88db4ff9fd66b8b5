import { WebSocket } from "ws";
import type { FeedSocket } from "../../functions/pages/browser/kit/index.ts";

type Listener = (payload: never) => void;

export interface LightSocket extends FeedSocket {
  /** Loses the connection, as where a network fails: whoever listens is told of a close that it did not ask for. */
  drop(): void;
}

/**
 * The kit's socket without socket.io-client, so that thousands fit into a process: WebSocket only, text packets of Engine.IO
 * 4 and Socket.IO 5 (github.com/socketio/socket.io-protocol), the one namespace. `url` is asked at each connect, as a
 * proxy would pick a node.
 */
export function openLightSocket(url: () => string, headers: Record<string, string>): LightSocket {
  const listeners = new Map<string, Listener[]>();
  let current: WebSocket | undefined;

  function tell(name: string, payload: unknown): void {
    for (const listener of listeners.get(name) ?? []) listener(payload as never);
  }

  function connect(): void {
    const target = new URL("/socket.io/?EIO=4&transport=websocket", url());
    target.protocol = target.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(target, { headers, perMessageDeflate: false, handshakeTimeout: 10_000 });
    current = socket;
    let isJoined = false;
    let reason = "transport close";
    socket.on("message", (data) => {
      const packet = readPacket(String(data));
      if (packet.type === "open") socket.send("40");
      else if (packet.type === "ping") {
        socket.send("3");
        tell("heartbeat", undefined);
      } else if (packet.type === "joined") isJoined = true;
      else if (packet.type === "event") tell(packet.name, packet.payload);
      else if (packet.type === "left") {
        reason = "io server disconnect";
        socket.close();
      }
    });
    // What follows is told by "close".
    socket.on("error", () => {});
    socket.on("close", () => {
      if (current !== socket) return;
      current = undefined;
      if (isJoined) tell("disconnect", reason);
      else tell("connect_error", new Error("The connection was refused or lost."));
    });
  }

  return {
    on(name, listener) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener as Listener]);
    },
    connect,
    drop: () => current?.terminate(),
    disconnect() {
      const socket = current;
      if (!socket) return;
      current = undefined;
      socket.terminate();
      tell("disconnect", "io client disconnect");
    },
  };
}

export type Packet =
  | { type: "open" | "ping" | "joined" | "left" | "other" }
  | { type: "event"; name: string; payload: unknown };

/** A text packet: the digit of Engine.IO, then for a message that of Socket.IO. */
export function readPacket(text: string): Packet {
  if (text.startsWith("0")) return { type: "open" };
  if (text === "2") return { type: "ping" };
  if (text.startsWith("40")) return { type: "joined" };
  if (text.startsWith("41") || text.startsWith("44")) return { type: "left" };
  if (!text.startsWith("42[")) return { type: "other" };
  const [name, payload] = JSON.parse(text.slice(2)) as [string, unknown];
  return { type: "event", name, payload };
}
