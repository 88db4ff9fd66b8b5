import { request } from "node:http";

/** The status and body with which a WebSocket handshake is answered; 101 when it is upgraded. */
export function upgrade(url: string, headers: Record<string, string>, path = "/socket.io/?EIO=4&transport=websocket") {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const handshake = request(new URL(path, url), {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": Buffer.from("sixteen bytes ok").toString("base64"),
        ...headers,
      },
    });
    handshake.on("upgrade", (_, socket) => {
      socket.destroy();
      resolve({ status: 101, body: "" });
    });
    handshake.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    handshake.on("error", reject);
    handshake.end();
  });
}
