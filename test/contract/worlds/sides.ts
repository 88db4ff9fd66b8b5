import { getRequestListener } from "@hono/node-server";
import type { Store } from "express-session";
import type { MongoClient } from "mongodb";
import { createNeighbour } from "../neighbour/app.ts";
import { createTwin } from "../twin/app.ts";
import { type Cell, type Side, users } from "./cell.ts";
import type { Listener } from "./peers.ts";

/** Where a world keeps its sessions, and who hears of what happens beside its answers. */
export interface Place {
  client: MongoClient;
  dbName: string;
  collectionName: string;
  /** The world's one store, where the cell does not use MongoDB. */
  store: Store | undefined;
  onStore: (store: Store) => void;
  onLateError: (error: unknown) => void;
}

export type Sides = Record<Side, (cell: Cell, place: Place) => Listener>;

/** Longer than any script: what ends a session at last is ours alone. */
const never = 365 * 24 * 60 * 60 * 1000;

export const sides: Sides = {
  express(cell, { store, onStore, onLateError, ...place }) {
    const storage = store ?? { ...neighbourStorage(cell), ...place, autoRemove: "disabled" as const };
    return createNeighbour({
      session: cell.session,
      storage,
      users,
      ...(cell.trustProxy ? { trustProxy: true } : {}),
      onStore,
      onLateError,
    });
  },

  ours(cell, { store, onStore, onLateError, ...place }) {
    const app = createTwin({
      session: { ...cell.session, ...cell.ours } as Parameters<typeof createTwin>[0]["session"],
      storage: store ?? { ...ourStorage(cell), ...place },
      users,
      onStore,
      onLateError,
    });
    return getRequestListener(app.fetch);
  },
};

/** connect-mongo takes one of the two; the adapter then is how the documents are read here. */
function neighbourStorage({ storage }: Cell) {
  if (typeof storage === "function") return {};
  const { cryptoAdapter, ...rest } = storage;
  return { ...rest, ...(cryptoAdapter && !rest.crypto ? { cryptoAdapter } : {}) };
}

/** connect-mongo counts in seconds, and we in milliseconds. */
export function ourStorage({ storage }: Cell) {
  const { ttl = 1_209_600, touchAfter = 0, crypto: _, ...same } = typeof storage === "function" ? {} : storage;
  return { ...same, idle: ttl * 1000, absolute: never, touchAfter: touchAfter * 1000 };
}
