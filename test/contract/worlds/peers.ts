import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface Answer {
  status: number;
  location: string | undefined;
  setCookies: string[];
  body: string;
}

/** Any number of apps on one real port, told apart by a header that none of them reads. */
export class Peers {
  readonly #listeners: Listener[] = [];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((incoming, response) =>
      this.#listeners[Number(incoming.headers["x-peer"])]?.(incoming, response),
    );
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  add(listener: Listener): number {
    return this.#listeners.push(listener) - 1;
  }

  ask(
    peer: number,
    { method = "GET", path, body, headers }: { method?: string; path: string; body?: object; headers: object },
  ): Promise<Answer> {
    const payload = body && JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const asked = request({
        agent: this.#agent,
        host: "127.0.0.1",
        port: this.#port,
        method,
        path,
        headers: {
          "x-peer": String(peer),
          ...(payload ? { "content-type": "application/json", "content-length": Buffer.byteLength(payload) } : {}),
          ...headers,
        },
      });
      asked.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        response.on("error", reject).on("end", () => {
          const { location } = response.headers;
          const setCookies = response.headers["set-cookie"] ?? [];
          resolve({ status: response.statusCode ?? 0, location, setCookies, body: text });
        });
      });
      asked.on("error", reject).end(payload);
    });
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
