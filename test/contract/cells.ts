import { createHash } from "node:crypto";
import { createWebCryptoAdapter } from "connect-mongo";
import { script } from "./script.ts";
import type { Cell, Storage } from "./worlds/cell.ts";

export const secret = "the-secret-that-signs-0123456789-abcdef";
export const retiredSecret = "retired";

/** Its key is derived once for all cells, in few iterations. */
export const cryptoAdapter = createWebCryptoAdapter({ secret: "a key of the neighbour", iterations: 10 });
export const transformId = (id: string) => createHash("sha256").update(id).digest("hex");

export interface GridCell extends Cell {
  storage: Storage;
}

/** Every way to store, to rotate and to roll, with each other: 64 cells. */
export const grid: readonly GridCell[] = combinations({
  stringify: [true, false],
  touchAfter: [0, 20],
  rotated: [false, true],
  rolling: [false, true],
  transformed: [false, true],
  encrypted: [false, true],
}).map(({ stringify, touchAfter, rotated, rolling, transformed, encrypted }) => ({
  name: [
    stringify ? "string" : "object",
    `touchAfter ${touchAfter}`,
    ...(rotated ? ["rotated"] : []),
    ...(rolling ? ["rolling"] : []),
    ...(transformed ? ["transformId"] : []),
    ...(encrypted ? ["encrypted"] : []),
  ].join(", "),
  session: {
    secret: rotated ? [secret, retiredSecret] : secret,
    cookie: { maxAge: 60_000, sameSite: "lax" },
    resave: false,
    saveUninitialized: false,
    rolling,
  },
  storage: {
    stringify,
    touchAfter,
    ttl: 120,
    ...(transformed ? { transformId } : {}),
    ...(encrypted ? { cryptoAdapter } : {}),
  },
  ...(rotated ? { retiredSecret } : {}),
  steps: script,
}));

function combinations<Dimensions extends Record<string, readonly unknown[]>>(dimensions: Dimensions) {
  type Choice = { [Name in keyof Dimensions]: Dimensions[Name][number] };
  let choices: Partial<Choice>[] = [{}];
  for (const [name, values] of Object.entries(dimensions)) {
    choices = choices.flatMap((choice) => values.map((value) => ({ ...choice, [name]: value })));
  }
  return choices as Choice[];
}
