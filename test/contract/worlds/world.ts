import { setImmediate as turn } from "node:timers/promises";
import type { Store } from "express-session";
import type { Cell, Side, Storage } from "./cell.ts";
import { readDocuments } from "./documents.ts";
import { CookieKit, Jar } from "./jar.ts";
import { Masks } from "./masks.ts";
import type { Peers } from "./peers.ts";
import type { Place, Sides } from "./sides.ts";
import type { Step } from "./step.ts";

/** All that is seen of a step, with the ids masked. */
export interface Observation {
  status: number;
  location: string | undefined;
  body: string;
  setCookies: string[];
  documents: string[];
  /** What was written to the store, and how often. */
  writes: string[];
  /** Errors that came too late for the answer. */
  late: string[];
}

const writeEvents = ["create", "update", "set", "touch", "destroy"];

/** One database, one set of browsers, and a rule that says which side takes which step. */
export class World {
  readonly cell: Cell;
  readonly name: string;
  readonly #sideOf: (step: number) => Side;
  readonly #peers: Peers;
  readonly #peerOf: Record<Side, number>;
  readonly #place: Place;
  readonly #jars = new Map<string, Jar>();
  readonly #masks: Masks;
  readonly #kit: CookieKit;
  readonly #stores: Store[] = [];
  #writes: string[] = [];
  #late: string[] = [];

  constructor(given: {
    cell: Cell;
    name: string;
    sideOf: (step: number) => Side;
    place: Pick<Place, "client" | "dbName" | "collectionName">;
    peers: Peers;
    sides: Sides;
  }) {
    const { cell, peers, sides } = given;
    this.cell = cell;
    this.name = given.name;
    this.#sideOf = given.sideOf;
    this.#peers = peers;
    const { secret, name = "connect.sid" } = cell.session;
    this.#kit = new CookieKit(name, [secret].flat() as (string | Buffer)[]);
    this.#masks = new Masks(this.#storage?.transformId);
    this.#place = {
      ...given.place,
      store: typeof cell.storage === "function" ? cell.storage() : undefined,
      onStore: (store) => this.#watch(store),
      onLateError: (error) => this.#late.push(error instanceof Error ? error.message : String(error)),
    };
    this.#peerOf = {
      express: peers.add(sides.express(cell, this.#place)),
      ours: peers.add(sides.ours(cell, this.#place)),
    };
  }

  get #storage(): Storage | undefined {
    return typeof this.cell.storage === "function" ? undefined : this.cell.storage;
  }

  #watch(store: Store): void {
    if (this.#stores.includes(store)) return;
    this.#stores.push(store);
    for (const event of writeEvents) store.on(event, (id: unknown) => this.#writes.push(`${event} ${id}`));
  }

  async take(step: Step, place: number): Promise<Observation> {
    const jar = this.#jars.get(step.browser ?? "first") ?? new Jar();
    this.#jars.set(step.browser ?? "first", jar);
    const id = this.#kit.idOf(jar);
    if (step.isSignedByRetired && this.cell.retiredSecret && id) {
      jar.cookies.set(this.#kit.name, this.#kit.signed(id, this.cell.retiredSecret));
    }
    for (const store of this.#stores) step.prepare?.(store);
    const cookie = step.cookie ? step.cookie(jar, this.#kit) : jar.header;
    const { status, location, body, setCookies } = await this.#peers.ask(this.#peerOf[this.#sideOf(place)], {
      ...step,
      headers: { ...(cookie ? { cookie } : {}), ...step.headers },
    });
    await turn();
    jar.take(setCookies);
    return this.#mask({ status, location, body, setCookies }, await this.#documents());
  }

  async #documents() {
    const { client, dbName, collectionName, store } = this.#place;
    if (store) {
      const { sessions } = store as unknown as { sessions: Record<string, string> };
      return Object.entries(sessions).map(([id, text]) => ({ id, text: `${id}: ${text}` }));
    }
    return readDocuments(client.db(dbName).collection(collectionName), this.#storage?.cryptoAdapter);
  }

  #mask(answer: Omit<Observation, "documents" | "writes" | "late">, documents: { id: string; text: string }[]) {
    const masks = this.#masks;
    const setCookies = answer.setCookies.map((line) => masks.cookie(line, this.#kit));
    masks.learn(/^\{(?:"error":"[^"]*",)?"id":"([^"]+)"/.exec(answer.body)?.[1]);
    for (const { id } of documents) masks.learn(id);
    const [writes, late] = [this.#writes, this.#late];
    for (const write of writes) masks.learn(write.split(" ").at(-1));
    this.#writes = [];
    this.#late = [];
    return {
      ...answer,
      setCookies,
      body: masks.mask(answer.body),
      documents: documents.map(({ text }) => masks.mask(text)),
      writes: writes.map((write) => masks.mask(write)),
      late: late.map((error) => masks.mask(error)),
    };
  }
}
