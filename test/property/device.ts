import { createFeed, type Feed } from "../../functions/pages/browser/kit/index.ts";
import type { EventName, ServerEvents } from "../../shared/contracts/events.ts";
import { until } from "../helpers/until.ts";
import type { Account } from "./people.ts";
import type { World } from "./world.ts";

type Payload<Name extends EventName> = Parameters<ServerEvents[Name]>[0];

export interface Told {
  event: EventName;
  /** Of the comment, or of the person. */
  id: string;
  at: number;
}

/**
 * How long a device may take to be live, in milliseconds: no promise, and longer than a machine is slow that restarts two
 * nodes again and again.
 */
const comingBack = 60_000;

/** One socket's life, from its `me` on. */
export interface Visit {
  /** Which page of the device it belongs to: one more with each reload. */
  page: number;
  /** The node, and which start of it. */
  node: string;
  /** It hears everything after this time of the stream. */
  time: string;
  left: number;
  told: Told[];
}

/** A page that somebody has open: the client kit as it is, and a record of all that its sockets were told. */
export class Device {
  readonly account: Account;
  readonly visits: Visit[] = [];
  feed: Feed;
  node: number;
  readonly #world: World;
  #page = 0;
  #cut = () => {};

  constructor(world: World, account: Account, node: number) {
    this.#world = world;
    this.account = account;
    this.node = node;
    this.feed = this.#open();
  }

  #open(): Feed {
    this.#page += 1;
    const page = this.#page;
    const socket = this.#world.socketOf(this.account, () => this.node);
    this.#cut = () => socket.cut();
    socket.onAny((event, payload) => page === this.#page && this.#record(event as EventName, payload));
    socket.on("disconnect", () => page === this.#page && this.#leave());
    const feed = createFeed({
      api: this.#world.config.publicOrigins[0] as string,
      realtime: "",
      connect: () => socket,
      fetch: this.#world.fetchOf(this.account, () => this.node),
      onChange: () => {},
    });
    feed.start();
    return feed;
  }

  /** Loads the page anew, as a person does. */
  reload(): void {
    this.cut();
    this.feed.stop();
    this.feed = this.#open();
  }

  get id(): string {
    return this.account.person.id;
  }

  /** The visit that goes on; undefined while it is away. */
  get visit(): Visit | undefined {
    const last = this.visits.at(-1);
    return last && last.left === Number.POSITIVE_INFINITY ? last : undefined;
  }

  get isLive(): boolean {
    return this.visit !== undefined && this.feed.state.connection.state === "live";
  }

  get shown(): string[] {
    return this.feed.state.comments.map(({ id }) => id);
  }

  cut(): void {
    this.#cut();
    this.#leave();
  }

  /** Comes back from wherever it is, without waiting for its next try. */
  async comeBack(): Promise<void> {
    await until(
      () => {
        const { connection } = this.feed.state;
        if (connection.state === "ended") throw new Error(`The session of a test ended: ${connection.reason}`);
        if (connection.state === "offline" && connection.nextTry !== undefined) this.feed.retryNow();
        return this.isLive;
      },
      { timeout: comingBack, what: "a device to be live" },
    );
  }

  #record(event: EventName, payload: unknown): void {
    if (event === "me") {
      const node = `${this.node}.${this.#world.generationOf(this.node)}`;
      const { time } = payload as Payload<"me">;
      this.visits.push({ page: this.#page, node, time, left: Number.POSITIVE_INFINITY, told: [] });
      return;
    }
    const id = idIn(event, payload);
    if (id !== undefined) this.visit?.told.push({ event, id, at: performance.now() });
  }

  #leave(): void {
    const { visit } = this;
    if (visit) visit.left = performance.now();
  }
}

function idIn(event: EventName, payload: unknown): string | undefined {
  if (event === "comment" || event === "commentRemoved" || event === "presence") return (payload as { id: string }).id;
  if (event === "friend") return (payload as Payload<"friend">).person.id;
  if (event === "notice") return (payload as Payload<"notice">).from.id;
  return event === "resync" ? "" : undefined;
}
