import type { MongoStore } from "connect-mongo";
import type { Store } from "express-session";
import type { NeighbourOptions } from "../neighbour/app.ts";
import type { TwinOptions } from "../twin/app.ts";
import type { Step } from "./step.ts";

export type Side = "express" | "ours";

/** One way to set up both sides, and the script that both are driven through. */
export interface Cell {
  name: string;
  session: NeighbourOptions["session"];
  /** Where our side's value has to be another one, as a function of Hono's context. */
  ours?: Partial<TwinOptions["session"]>;
  storage: Storage | (() => Store);
  /** A secret that verifies and does not sign: cookies are signed anew with it where a step says so. */
  retiredSecret?: string;
  trustProxy?: boolean;
  steps: readonly Step[];
}

/** connect-mongo's options, in its units. `crypto` is its earlier form of `cryptoAdapter`, which is ours and the reader's. */
export type Storage = Partial<
  Pick<
    ConstructorParameters<typeof MongoStore>[0],
    | "stringify"
    | "touchAfter"
    | "ttl"
    | "transformId"
    | "cryptoAdapter"
    | "crypto"
    | "timestamps"
    | "serialize"
    | "unserialize"
  >
>;

export const users = [
  { id: "65a000000000000000000001", username: "alice", password: "correct horse" },
  { id: "65a000000000000000000002", username: "bob", password: "battery staple" },
  { id: "65a000000000000000000003", username: "ghost", password: "not for long", isGone: true },
];
