import { createServer, type IncomingMessage, request, type Server } from "node:http";

/** A proxy in small: the port of each path, by the longest prefix that fits; upgrades too. */
export function createProxy(ports: Record<string, number>): Server {
  const prefixes = Object.keys(ports).sort((a, b) => b.length - a.length);
  const forward = (incoming: IncomingMessage) => {
    const port = ports[prefixes.find((prefix) => incoming.url?.startsWith(prefix)) ?? "/"];
    const { method, url: path, headers } = incoming;
    return request({ host: "127.0.0.1", port, method, path, headers });
  };
  const server = createServer((incoming, response) => {
    const forwarded = forward(incoming);
    forwarded.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    forwarded.on("error", () => response.writeHead(502).end());
    incoming.pipe(forwarded);
  });
  server.on("upgrade", (incoming, socket, head) => {
    const forwarded = forward(incoming);
    const pass = (answer: IncomingMessage) => {
      const headers = answer.rawHeaders.flatMap((text, at) =>
        at % 2 === 0 ? [`${text}: ${answer.rawHeaders[at + 1]}`] : [],
      );
      socket.write([`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`, ...headers, "", ""].join("\r\n"));
    };
    forwarded.on("upgrade", (answer, other, otherHead) => {
      pass(answer);
      socket.write(otherHead);
      other.write(head);
      other.on("error", () => socket.destroy()).pipe(socket);
      socket.on("error", () => other.destroy()).pipe(other);
    });
    forwarded.on("response", (answer) => {
      pass(answer);
      answer.pipe(socket);
    });
    forwarded.on("error", () => socket.destroy());
    forwarded.end();
  });
  return server;
}
