import type { FeedSocket } from "../../functions/pages/browser/kit/index.ts";
import type { Config } from "../../shared/config.ts";
import type { Database } from "../../shared/database.ts";
import type { Account } from "./people.ts";
import type { Truth } from "./truth.ts";

/** Two realtime nodes and the HTTP side, whichever way they are run. */
export interface World extends AsyncDisposable {
  config: Config;
  /** The tests' own. */
  database: Database;
  truth: Truth;
  /** How long a client may take to learn that its connection is gone, in milliseconds. */
  notice: number;
  /** How long anything may take before it counts as lost, in milliseconds. */
  patience: number;
  /** An account's requests; `nodeOf` is the node that it is connected to. */
  fetchOf(account: Account, nodeOf: () => number): typeof globalThis.fetch;
  socketOf(account: Account, nodeOf: () => number): WorldSocket;
  /** Ends a node and starts it again; one that is at it already is left at it. */
  restart(node: number): Promise<void>;
  /** How often a node was started: what one of them told is no word on another. */
  generationOf(node: number): number;
}

export type WorldSocket = FeedSocket & {
  /** Ends the connection as a network does. */
  cut(): void;
  onAny(listener: (event: string, payload: unknown) => void): unknown;
};
