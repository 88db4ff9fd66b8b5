import { request } from "node:http";

const defaultPath = "/socket.io/?EIO=4&transport=websocket";

export interface Answer {
  /** 101 where the handshake is upgraded. */
  status: number;
  body: string;
  /** Resolves when the server has closed the connection. */
  closed: Promise<void>;
}

/**
 * How a WebSocket handshake is answered; `keep` leaves an upgraded connection open, with nothing said on it. Rejects after
 * `timeout` milliseconds.
 */
export function upgrade(
  url: string,
  headers: Record<string, string>,
  { path = defaultPath, keep = false, timeout }: { path?: string; keep?: boolean; timeout?: number } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const closed = Promise.withResolvers<void>();
    const handshake = request(new URL(path, url), {
      ...(timeout === undefined ? {} : { signal: AbortSignal.timeout(timeout) }),
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": Buffer.from("sixteen bytes ok").toString("base64"),
        ...headers,
      },
    });
    handshake.on("upgrade", (_, socket) => {
      socket.on("close", () => closed.resolve()).on("error", () => {});
      socket.resume();
      if (!keep) socket.destroy();
      resolve({ status: 101, body: "", closed: closed.promise });
    });
    handshake.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body, closed: closed.promise }));
    });
    handshake.on("error", reject);
    handshake.end();
  });
}
