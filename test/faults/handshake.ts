import { WebSocket } from "ws";

/** Asks a node for a socket and closes it: the status of the answer, 101 where it was given, 0 where there was none. */
export function handshake(url: string, headers: Record<string, string>): Promise<number> {
  const target = `${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(target, { headers, perMessageDeflate: false, handshakeTimeout: 10_000 });
  return new Promise((resolve) => {
    socket.on("error", () => resolve(0));
    socket.once("unexpected-response", (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.once("open", () => {
      resolve(101);
      socket.terminate();
    });
  });
}
