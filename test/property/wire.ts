import { EventEmitter } from "node:events";
import { IncomingMessage, type Server } from "node:http";
import type { Socket as NetSocket } from "node:net";
import { Duplex } from "node:stream";
import { io, WebSocket } from "socket.io-client";
import type { FeedSocket } from "../../functions/pages/browser/kit/index.ts";
import type { createRealtime } from "../../realtime/server.ts";

/**
 * WebSockets without a network: handshake, Engine.IO and Socket.IO are the real ones on both sides, and only the bytes
 * between them are not. Thousands of short histories then cost neither ports nor the kernel's time.
 */
export interface Wires {
  /** Answers under this host from here on. */
  serve(host: string, realtime: ReturnType<typeof createRealtime>): void;
  /** Lets nobody find this host any more. */
  leave(host: string): void;
  /** Ends whatever is still connected to it, as the end of its process would. */
  end(host: string): void;
  /** A socket for the kit, not connected yet; `hostOf` says where to at each connect. */
  socket(hostOf: () => string, headers: Record<string, string>): FeedSocket & { cut(): void };
}

export function createWires(): Wires {
  const servers = new Map<string, Server>();
  const pipes = new Map<string, Set<Pipe>>();
  const accepting = new WeakMap<Duplex, ServerEnd>();

  return {
    serve(host, { io: socketServer, server }) {
      // Engine.IO's own hand-over to `ws`, which would speak to a network.
      const engine = socketServer.engine as unknown as { ws: Pick<WsServer, "handleUpgrade"> };
      engine.ws.handleUpgrade = (_request, pipe, _head, done) => done(accepting.get(pipe) as ServerEnd);
      servers.set(host, server);
    },

    leave: (host) => void servers.delete(host),

    end(host) {
      for (const pipe of pipes.get(host) ?? []) pipe.destroy();
    },

    socket(hostOf, headers) {
      let current: ClientEnd | undefined;
      class Wire extends WebSocket {
        override createSocket(uri: string) {
          const url = new URL(uri);
          const end = new ClientEnd();
          current = end;
          // A network would not answer within this turn either.
          setImmediate(() => {
            const host = hostOf();
            const server = servers.get(host);
            if (!server) {
              end.fail();
              return;
            }
            const pipe = new Pipe();
            const request = new IncomingMessage(pipe as unknown as NetSocket);
            Object.assign(request, { method: "GET", url: url.pathname + url.search, headers: { ...headers } });
            accepting.set(pipe, new ServerEnd(pipe, end));
            end.pipe = pipe;
            const atHost = pipes.get(host) ?? new Set();
            pipes.set(host, atHost.add(pipe));
            pipe.once("close", () => {
              atHost.delete(pipe);
              setImmediate(() => end.closed());
            });
            if (end.isClosing) pipe.destroy();
            else server.emit("upgrade", request, pipe, Buffer.alloc(0));
          });
          return end;
        }
      }
      const socket = io("ws://wire", {
        path: "/socket.io/",
        transports: [Wire as never],
        autoConnect: false,
        reconnection: false,
        forceNew: true,
        timeout: 10_000,
      });
      return Object.assign(socket as unknown as FeedSocket, { cut: () => current?.cut() });
    },
  };
}

interface WsServer {
  handleUpgrade(request: unknown, socket: Duplex, head: Buffer, done: (end: ServerEnd) => void): void;
}

/** The raw connection: what is written to it, the HTTP answer of a refusal, goes nowhere. */
class Pipe extends Duplex {
  readonly remoteAddress = "127.0.0.1";
  constructor() {
    super({ autoDestroy: true });
  }
  override _read() {}
  override _write(_chunk: unknown, _encoding: unknown, done: () => void) {
    done();
  }
}

/** As much of `ws`'s WebSocket as Engine.IO uses. */
class ServerEnd extends EventEmitter {
  readonly #pipe: Pipe;
  readonly #client: ClientEnd;
  constructor(pipe: Pipe, client: ClientEnd) {
    super();
    this.#pipe = pipe;
    this.#client = client;
    client.server = this;
    pipe.once("close", () => this.emit("close", 1006, Buffer.alloc(0)));
    setImmediate(() => client.opened());
  }
  send(data: unknown, sent?: (error?: Error) => void) {
    if (!this.#pipe.destroyed) this.#client.take(data);
    sent?.();
  }
  close() {
    this.#pipe.destroy();
  }
  terminate() {
    this.#pipe.destroy();
  }
}

/** As much of a browser's WebSocket as the Socket.IO client uses. */
class ClientEnd {
  binaryType = "arraybuffer";
  onopen = () => {};
  onclose = (_event: object) => {};
  onmessage = (_event: { data: unknown }) => {};
  onerror = (_event: object) => {};
  pipe: Pipe | undefined;
  server: ServerEnd | undefined;
  isClosing = false;
  #isOpen = false;
  #isClosed = false;
  #early: unknown[] = [];

  opened() {
    if (this.#isClosed || this.pipe?.destroyed) return;
    this.#isOpen = true;
    this.onopen();
    for (const data of this.#early.splice(0)) this.take(data);
  }
  /** What was sent before the connection ended still arrives, in order, one turn later. */
  take(data: unknown) {
    if (!this.#isOpen) this.#early.push(data);
    else setImmediate(() => !this.#isClosed && this.onmessage({ data }));
  }
  closed() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose({ code: 1006 });
  }
  /** The network goes: what was under way is lost. */
  cut() {
    this.pipe?.destroy();
    this.closed();
  }
  fail() {
    if (this.#isClosed) return;
    this.onerror({});
    this.closed();
  }
  send(data: unknown) {
    const { server } = this;
    if (server && !this.pipe?.destroyed) setImmediate(() => server.emit("message", Buffer.from(String(data)), false));
  }
  close() {
    this.isClosing = true;
    this.pipe?.destroy();
    setImmediate(() => this.closed());
  }
}
