import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** A Socket.IO client over WebSocket that does no more than it must: what is measured is the server, not its clients. */
export interface RawClient {
  /** Closes at once, as a lost network does. */
  destroy(): void;
}

export interface RawClientHooks {
  /** A message of Socket.IO: "0{sid}" after the namespace is joined, "2[event, payload]" for an event. Only its text's frame is read. */
  onMessage(frame: Buffer): void;
  onClose(reason: string): void;
}

const textFrame = 0x81;
const enginePing = 0x32;
const engineOpen = 0x30;
const engineMessage = 0x34;

/** Connects with a cookie and an origin, joins the one namespace, and answers pings. */
export function openRawClient(url: URL, headers: Record<string, string>, hooks: RawClientHooks): RawClient {
  const socket: Socket = connect(Number(url.port), url.hostname);
  socket.setNoDelay(true);
  let isUpgraded = false;
  let rest: Buffer = Buffer.alloc(0);
  const lines = Object.entries({
    host: url.host,
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);

  socket.on("data", (chunk) => {
    let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!isUpgraded) {
      const end = data.indexOf("\r\n\r\n");
      if (end === -1) {
        rest = data;
        return;
      }
      const status = data.subarray(0, data.indexOf("\r\n")).toString();
      if (!status.includes(" 101 ")) {
        hooks.onClose(status);
        socket.destroy();
        return;
      }
      isUpgraded = true;
      data = data.subarray(end + 4);
    }
    rest = takeFrames(data);
  });
  socket.on("error", () => {});
  socket.on("close", () => hooks.onClose("closed"));

  /** Handles all whole frames, and gives back what is left. */
  function takeFrames(data: Buffer): Buffer {
    let at = 0;
    while (data.length - at >= 2) {
      const short = (data[at + 1] as number) & 0x7f;
      const header = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (data.length - at < header) break;
      const length =
        short === 126 ? data.readUInt16BE(at + 2) : short === 127 ? Number(data.readBigUInt64BE(at + 2)) : short;
      if (data.length - at < header + length) break;
      if (data[at] === textFrame) take(data.subarray(at + header, at + header + length));
      at += header + length;
    }
    return data.subarray(at);
  }

  function take(frame: Buffer): void {
    if (frame[0] === engineMessage) hooks.onMessage(frame.subarray(1));
    else if (frame[0] === enginePing) send("3");
    else if (frame[0] === engineOpen) send("40");
  }

  /** A short text, masked with zeros: as good as any mask between two processes of one machine. */
  function send(text: string): void {
    socket.write(Buffer.concat([Buffer.from([textFrame, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
  }

  return { destroy: () => socket.destroy() };
}
