import { AsyncLocalStorage } from "node:async_hooks";
import { Collection } from "mongodb";

export type ActorName = "R" | "L";

/** One operation that reached the database: whose, on what, and how many documents it found or changed. */
export interface Operation {
  by: ActorName;
  what: string;
  touched: number;
}

/** Where the two requests of a run stop: before each operation, or also after each and in the handlers. */
export type Grain = "operations" | "edges";

const acting = new AsyncLocalStorage<Actor>();
const actors = new Map<string, Actor>();

/** A request that stops at every latch until it is told to go on. */
export class Actor {
  readonly id = crypto.randomUUID();
  readonly name: ActorName;
  /** Resolves to what `start` did, however it ended. */
  readonly outcome: Promise<PromiseSettledResult<number>>;
  readonly #grain: Grain;
  readonly #operations: Operation[];
  readonly #parked: { at: string; go(): void }[] = [];
  #moved = Promise.withResolvers<void>();

  constructor(name: ActorName, grain: Grain, operations: Operation[], start: (actor: Actor) => Promise<number>) {
    this.name = name;
    this.#grain = grain;
    this.#operations = operations;
    actors.set(this.id, this);
    const run = acting.run(this, async () => {
      await this.stop("start");
      return start(this);
    });
    this.outcome = Promise.allSettled([run]).then(([settled]) => {
      this.#moved.resolve();
      return settled;
    });
  }

  /** Where it waits; undefined once it has ended. */
  get waitsAt(): string | undefined {
    return this.#parked[0]?.at;
  }

  stop(at: string): Promise<void> {
    return new Promise((go) => {
      this.#parked.push({ at, go });
      this.#moved.resolve();
    });
  }

  /** Lets it go on to its next latch, or to its end. */
  async step(): Promise<void> {
    this.#moved = Promise.withResolvers();
    this.#parked.shift()?.go();
    await this.#moved.promise;
  }

  async perform<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
    await this.stop(`before ${what}`);
    const value = await work();
    this.#operations.push({ by: this.name, what, touched: touchedBy(value) });
    if (this.#grain === "edges") await this.stop(`after ${what}`);
    return value;
  }

  /** A latch in the code of a handler. */
  async pause(): Promise<void> {
    if (this.#grain === "edges") await this.stop("handler");
  }

  forget(): void {
    actors.delete(this.id);
  }
}

/** Runs what a server does for a request as the actor that sent it, named by a header. */
export function asActor<Value>(id: string | undefined, work: () => Value): Value {
  const actor = id === undefined ? undefined : actors.get(id);
  return actor ? acting.run(actor, work) : work();
}

/** Stops here where the code runs for an actor. */
export async function pause(): Promise<void> {
  await acting.getStore()?.pause();
}

/** Latches around a method of one object that asks the database together with others: for each that asks. */
export function latchMethod<Name extends string>(
  object: Record<Name, (argument: string) => Promise<unknown>>,
  name: Name,
): void {
  const original = object[name].bind(object) as (argument: string) => Promise<unknown>;
  object[name] = (argument) => {
    const actor = acting.getStore();
    return actor ? actor.perform(name, () => original(argument)) : original(argument);
  };
}

const latched = [
  ...["findOne", "findOneAndDelete", "findOneAndUpdate", "countDocuments"],
  ...["insertOne", "insertMany", "updateOne", "updateMany", "replaceOne", "bulkWrite", "deleteOne", "deleteMany"],
];

/** What decides whose session there is. Elsewhere the requests do not meet, and each latch multiplies the schedules. */
const meetingPlaces = new Set(["sessions", "users"]);

/** Latches around the driver's operations of all clients of this process, until disposed of. */
export function latchDriver(): Disposable {
  const prototype = Collection.prototype as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const originals = latched.map((name) => [name, prototype[name] as (typeof prototype)[string]] as const);
  for (const [name, original] of originals) {
    prototype[name] = function (this: Collection, ...given) {
      const actor = meetingPlaces.has(this.collectionName) ? acting.getStore() : undefined;
      const work = () => original.apply(this, given);
      return actor ? actor.perform(`${name} ${this.collectionName}`, () => outside(work)) : work();
    };
  }
  return {
    [Symbol.dispose]() {
      for (const [name, original] of originals) prototype[name] = original;
    },
  };
}

/** One operation may be made of another: it is latched once. */
function outside<Value>(work: () => Value): Value {
  return acting.exit(work);
}

function touchedBy(value: unknown): number {
  if (value === null || value === undefined) return 0;
  const counts = value as { matchedCount?: number; upsertedCount?: number; deletedCount?: number };
  if (counts.deletedCount !== undefined) return counts.deletedCount;
  if (counts.matchedCount !== undefined) return counts.matchedCount + (counts.upsertedCount ?? 0);
  return 1;
}
