import { MongoStore } from "connect-mongo";
import { expect, test } from "vitest";
import { retiredSecret, secret } from "./cells.ts";
import { createNeighbour, type NeighbourOptions } from "./neighbour/app.ts";
import { script } from "./script.ts";
import { type Cell, users } from "./worlds/cell.ts";
import { useDatabase } from "./worlds/database.ts";
import type { Listener } from "./worlds/peers.ts";
import { compare } from "./worlds/run.ts";
import { type Place, type Sides, sides } from "./worlds/sides.ts";

const database = useDatabase();

const cell: Cell = {
  name: "a cell",
  session: {
    secret: [secret, retiredSecret],
    cookie: { maxAge: 60_000, sameSite: "lax" },
    resave: false,
    saveUninitialized: false,
  },
  storage: { stringify: false, ttl: 120, touchAfter: 20 },
  retiredSecret,
  steps: script.slice(0, 40),
};

type Serialize = (data: Record<string, unknown>) => Record<string, unknown>;
const withCookie = (change: (cookie: Record<string, unknown>) => Record<string, unknown>): Serialize => {
  return ({ cookie, ...rest }) => ({ cookie: change((cookie as { data: Record<string, unknown> }).data), ...rest });
};
const plain = withCookie((cookie) => cookie);

/** What Express would do with one thing wrong in it; the comparison has to see each. */
const mutants: Record<
  string,
  { session?: Partial<NeighbourOptions["session"]>; store?: (place: Place) => MongoStore }
> = {
  "signs with the retired secret": { session: { secret: [retiredSecret, secret] } },
  "does not know the retired secret": { session: { secret } },
  "sends a cookie with every answer": { session: { rolling: true } },
  "stores what nobody changed": { session: { resave: true } },
  "stores empty sessions": { session: { saveUninitialized: true } },
  "a cookie one millisecond longer": { session: { cookie: { maxAge: 60_001, sameSite: "lax" } } },
  "an attribute in another case": { session: { cookie: { maxAge: 60_000, sameSite: "Lax" as never } } },
  "an attribute more": { session: { cookie: { maxAge: 60_000, sameSite: "lax", priority: "low" } } },
  "moves no end on touch": { store: storeWith({}, (store) => (store.touch = (_sid, _data, done) => done?.(null))) },
  "touches at once": { store: storeWith({ touchAfter: 0 }) },
  "another order of keys": {
    store: storeWith({
      serialize: ({ cookie, ...rest }: Record<string, unknown>) => ({ ...rest, cookie: plain({ cookie }).cookie }),
    }),
  },
  "dates as strings": {
    store: storeWith({
      serialize: withCookie((cookie) => ({ ...cookie, expires: (cookie.expires as Date | null)?.toISOString() })),
    }),
  },
  "a field left out": { store: storeWith({ serialize: withCookie(({ partitioned: _, ...cookie }) => cookie) }) },
  "strings for objects": { store: storeWith({ stringify: true }) },
  "another default end": { store: storeWith({ ttl: 121 }) },
  "writes twice": {
    store: storeWith({}, (store) => {
      const { set } = store;
      store.set = (sid, data, done) => set.call(store, sid, data, () => set.call(store, sid, data, done));
    }),
  },
};

function storeWith(options: object, change: (store: MongoStore) => void = () => {}) {
  return ({ client, dbName, collectionName }: Place) => {
    const place = { client, dbName, collectionName, autoRemove: "disabled" as const };
    const store = MongoStore.create({ ...(cell.storage as object), ...place, ...options });
    change(store);
    return store;
  };
}

function mutantSides(mutant: (typeof mutants)[string]): Sides {
  const ours = (_: Cell, place: Place): Listener =>
    createNeighbour({
      session: { ...cell.session, ...mutant.session },
      storage: (mutant.store ?? storeWith({}))(place),
      users,
      onStore: place.onStore,
      onLateError: place.onLateError,
    });
  return { express: sides.express, ours };
}

test("Express compared with Express: no difference", async () => {
  const { differences } = await compare([cell], { ...database, sides: mutantSides({}) });
  expect(differences.join("\n")).toBe("");
});

test.each(Object.keys(mutants))("the comparison sees what %s", async (name) => {
  const mutant = mutants[name] as (typeof mutants)[string];
  const { differences } = await compare([cell], { ...database, sides: mutantSides(mutant) });
  expect(differences).toHaveLength(3);
});
