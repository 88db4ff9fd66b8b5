import { connect, type Socket } from "node:net";
import { until } from "./until.ts";

/** A WebSocket client over bare TCP that takes each step of a handshake only when it is told to. */
export class RawSocket {
  readonly #tcp: Socket;
  #received = Buffer.alloc(0);
  #isUpgraded = false;
  /** The status of the answer to the handshake. */
  status: number | undefined;
  /** The text frames received, in order. */
  readonly frames: string[] = [];
  isClosed = false;

  constructor(url: string) {
    this.#tcp = connect({ port: Number(new URL(url).port), host: "127.0.0.1" });
    this.#tcp.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#take();
    });
    this.#tcp.on("close", () => {
      this.isClosed = true;
    });
    this.#tcp.on("error", () => {});
  }

  /** The bytes of a handshake. */
  static request(headers: Record<string, string>): string {
    const all = {
      host: "127.0.0.1",
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": Buffer.from("sixteen bytes ok").toString("base64"),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${lines.join("")}\r\n`;
  }

  send(bytes: string): void {
    this.#tcp.write(bytes);
  }

  /** Sends a text frame. Its mask is zero, which leaves the text as it is. */
  say(text: string): void {
    this.#tcp.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
  }

  /** Stops reading, and starts again. */
  pause(): void {
    this.#tcp.pause();
  }

  resume(): void {
    this.#tcp.resume();
  }

  answered(): Promise<number> {
    return until(() => this.status, { what: "an answer to the handshake" });
  }

  frame(start: string): Promise<string> {
    return until(() => this.frames.find((frame) => frame.startsWith(start)), { what: `a frame ${start}` });
  }

  async closed(timeout = 4_000): Promise<void> {
    await until(() => this.isClosed, { timeout, what: "the connection to be closed" });
  }

  destroy(): void {
    this.#tcp.destroy();
  }

  #take(): void {
    if (this.status === undefined) {
      const end = this.#received.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.status = Number(this.#received.subarray(9, 12));
      this.#isUpgraded = this.status === 101;
      this.#received = this.#received.subarray(end + 4);
    }
    if (!this.#isUpgraded) return;
    for (;;) {
      const [first = 0, short = 0] = this.#received;
      const start = short === 126 ? 4 : 2;
      if (this.#received.length < start) return;
      const end = start + (short === 126 ? this.#received.readUInt16BE(2) : short);
      if (this.#received.length < end) return;
      if ((first & 0x0f) === 1) this.frames.push(this.#received.toString("utf8", start, end));
      this.#received = this.#received.subarray(end);
    }
  }
}
