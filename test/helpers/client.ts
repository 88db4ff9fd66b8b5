import { randomBytes } from "node:crypto";
import { hc } from "hono/client";
import { io, type Socket } from "socket.io-client";
import type { AppType } from "../../functions/app.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import type { EventName, EventPayload, ServerEvents } from "../../shared/contracts/events.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { testOrigin } from "./config.ts";
import { until } from "./until.ts";

export const testPassword = "correct horse battery staple";

/** A browser: a cookie jar, the typed API, and any number of sockets. */
export class Client {
  readonly cookies = new Map<string, string>();
  readonly api: ReturnType<typeof hc<AppType>>;
  /** Of its own, and of no network. */
  readonly address = `2001:db8:${randomBytes(4)
    .toString("hex")
    .replace(/(?=.{4}$)/, ":")}::1`;
  readonly #urls: { functionsUrl: string; realtimeUrl: string; origin?: string };
  readonly #sockets: RecordingSocket[] = [];
  me: Person | undefined;

  constructor(urls: { functionsUrl: string; realtimeUrl: string; origin?: string }) {
    this.#urls = urls;
    this.api = hc<AppType>(urls.functionsUrl, {
      fetch: (input: string | URL | Request, init?: RequestInit) => this.fetch(input, init),
    });
  }

  get id(): string {
    if (!this.me) throw new Error("This client has not signed up.");
    return this.me.id;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** fetch as this browser's page would: with its cookies, its origin and its address, following no redirect. */
  async fetch(path: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("origin")) headers.set("origin", this.#urls.origin ?? testOrigin);
    if (!headers.has("x-forwarded-for")) headers.set("x-forwarded-for", this.address);
    if (this.cookies.size > 0 && !headers.has("cookie")) headers.set("cookie", this.cookieHeader);
    const response = await fetch(new URL(path instanceof Request ? path.url : path, this.#urls.functionsUrl), {
      redirect: "manual",
      ...init,
      headers,
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  async signUp(firstName: string): Promise<Person> {
    const username = `${firstName.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}`;
    const response = await this.api.api.users.$post({
      json: { username, password: testPassword, firstName, lastName: "Test" },
    });
    if (response.status !== 201) throw new Error(`Signing up failed: ${await response.text()}`);
    this.me = await response.json();
    return this.me;
  }

  /** Signs in as somebody who has signed up in another browser. */
  async signIn(person: { me: Person | undefined }, headers: Record<string, string> = {}): Promise<void> {
    const json = { username: person.me?.username ?? "", password: testPassword };
    const response = await this.api.api.session.$post({ json }, { headers });
    if (response.status !== 200) throw new Error(`Signing in failed: ${await response.text()}`);
    this.me = person.me;
  }

  async comment(body: string): Promise<Comment> {
    const response = await this.api.api.comments.$post({ header: {}, json: { body } });
    if (response.status !== 201) throw new Error(`Commenting failed: ${await response.text()}`);
    return response.json();
  }

  /** Makes two people friends, each asking. */
  async befriend(other: Client): Promise<void> {
    await this.api.api.friends[":userId"].$put({ param: { userId: other.id } });
    await other.api.api.friends[":userId"].$put({ param: { userId: this.id } });
  }

  async unfriend(other: Client): Promise<void> {
    await this.api.api.friends[":userId"].$delete({ param: { userId: other.id } });
  }

  /** Opens a socket with this browser's cookies and waits for its `me`. */
  async connect(): Promise<RecordingSocket> {
    const socket = this.socket();
    await socket.first("me");
    return socket;
  }

  /** A socket that may well be refused. */
  socket(headers: Record<string, string> = {}): RecordingSocket {
    const socket = new RecordingSocket(this.#urls.realtimeUrl, {
      origin: this.#urls.origin ?? testOrigin,
      ...(this.cookies.size > 0 ? { cookie: this.cookieHeader } : {}),
      ...headers,
    });
    this.#sockets.push(socket);
    return socket;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

/** A socket that keeps all it is told, in order. */
export class RecordingSocket {
  readonly io: Socket<ServerEvents, Record<string, never>>;
  readonly received: { event: EventName; payload: unknown }[] = [];
  disconnectReason: string | undefined;
  connectError: Error | undefined;

  constructor(url: string, headers: Record<string, string>) {
    this.io = io(url, { transports: ["websocket"], reconnection: false, forceNew: true, extraHeaders: headers });
    this.io.onAny((event: EventName, payload: unknown) => this.received.push({ event, payload }));
    this.io.on("disconnect", (reason) => {
      this.disconnectReason = reason;
    });
    this.io.on("connect_error", (error) => {
      this.connectError = error;
    });
  }

  all<Name extends EventName>(event: Name): EventPayload<Name>[] {
    return this.received.flatMap((each) => (each.event === event ? [each.payload as EventPayload<Name>] : []));
  }

  /** The first event of a name (that a test accepts), waited for if it has not come. */
  first<Name extends EventName>(
    event: Name,
    accept: (payload: EventPayload<Name>) => boolean = () => true,
  ): Promise<EventPayload<Name>> {
    return until(
      () => {
        if (this.connectError) throw this.connectError;
        return this.all(event).find(accept);
      },
      { what: `the event ${event}` },
    );
  }

  closed(): Promise<string> {
    return until(() => this.disconnectReason, { what: "the socket to be closed" });
  }

  close(): void {
    this.io.disconnect();
  }
}
