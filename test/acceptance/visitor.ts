import type { Comment } from "../../shared/contracts/comments.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { RecordingSocket, testPassword } from "../helpers/client.ts";
import { origin, type Target } from "./target.ts";

interface Ask {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Sent as it is. */
  body?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

let addresses = 0;

/** A browser in front of a target: a cookie, an address, and what it asked for. */
export class Visitor {
  cookie: string | undefined;
  me: Person | undefined;
  readonly address = `203.0.${113 + (++addresses >> 8)}.${addresses & 255}`;
  readonly sockets: RecordingSocket[] = [];
  readonly #target: Target;
  readonly #realtimeUrl: string;
  readonly #asked: Set<string>;

  constructor(target: Target, realtimeUrl: string, asked: Set<string>) {
    this.#target = target;
    this.#realtimeUrl = realtimeUrl;
    this.#asked = asked;
  }

  get id(): string {
    return this.me?.id ?? "";
  }

  /** Asks as this browser's page would. An empty header is left out. */
  async ask(route: string, { json, form, body, headers = {} }: Ask = {}): Promise<Response> {
    const [method = "", path = ""] = route.split(" ");
    const sent = new Headers({ origin, ...(this.cookie ? { cookie: this.cookie } : {}) });
    if (json !== undefined) sent.set("content-type", "application/json");
    if (form) sent.set("content-type", "application/x-www-form-urlencoded");
    for (const [name, value] of Object.entries(headers)) {
      if (value === "") sent.delete(name);
      else sent.set(name, value);
    }
    const content = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(form).toString() : body;
    const request = new Request(new URL(path, origin), {
      method,
      headers: sent,
      ...(content === undefined ? {} : { body: content }),
    });
    const response = await this.#target.fetch(request, this.address);
    const lines = response.headers.getSetCookie();
    // Of two, a load balancer without multi-value headers would send on one.
    if (lines.length > 1) throw new Error(`${route} sets ${lines.length} cookies: ${lines.join(", ")}`);
    for (const line of lines) {
      const pair = line.split(";")[0] ?? "";
      this.cookie = pair.endsWith("=") ? undefined : pair;
    }
    if (response.ok) this.#asked.add(`${method} ${path.split("?")[0]}`);
    return response;
  }

  /** The answer's body, where its status is as expected. */
  async json<Body = Record<string, unknown>>(route: string, ask?: Ask, status = 200): Promise<Body> {
    const response = await this.ask(route, ask);
    const text = await response.text();
    if (response.status !== status) throw new Error(`${route}: ${response.status}, not ${status}: ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Body;
  }

  /** The code of the error that a request is refused with. */
  async refused(route: string, ask?: Ask): Promise<[status: number, code: string]> {
    const response = await this.ask(route, ask);
    return [response.status, ((await response.json()) as { code: string }).code];
  }

  async signUp(firstName: string): Promise<this> {
    const username = `person-${crypto.randomUUID().slice(0, 8)}`;
    const json = { username, password: testPassword, firstName, lastName: "Test" };
    this.me = await this.json<Person>("POST /api/users", { json }, 201);
    return this;
  }

  async signIn({ me }: Pick<Visitor, "me">, password = testPassword): Promise<this> {
    this.me = await this.json<Person>("POST /api/session", { json: { username: me?.username, password } });
    return this;
  }

  async befriend(other: Visitor): Promise<void> {
    await this.json(`PUT /api/friends/${other.id}`);
    await other.json(`PUT /api/friends/${this.id}`);
  }

  comment(body: string): Promise<Comment> {
    return this.json<Comment>("POST /api/comments", { json: { body } }, 201);
  }

  /** Opens a socket at the realtime node with this browser's cookie, and waits for its `me`. */
  async connect(): Promise<RecordingSocket> {
    const socket = new RecordingSocket(this.#realtimeUrl, { origin, cookie: this.cookie ?? "" });
    this.sockets.push(socket);
    await socket.first("me");
    return socket;
  }
}
