import { createKrupteinAdapter } from "connect-mongo";
import session, { type Store } from "express-session";
import { count, plain, quiet, short, signIn } from "./option-cells.ts";
import { script } from "./script.ts";
import { FailingStore, fail, TouchlessStore } from "./stores.ts";
import type { Cell } from "./worlds/cell.ts";
import { get, post } from "./worlds/step.ts";

/** Each other store, and each way in which one can fail. */
export const storeCells: readonly Cell[] = [
  { name: "connect-mongo by itself", session: quiet, storage: {}, steps: script },
  { name: "timestamps", session: quiet, storage: { ...plain, timestamps: true }, steps: script },
  {
    name: "crypto, as connect-mongo had it before",
    session: quiet,
    storage: { ...plain, crypto: { secret: "squirrel" }, cryptoAdapter: createKrupteinAdapter({ secret: "squirrel" }) },
    steps: short,
  },
  {
    name: "serialize and unserialize of one's own",
    session: quiet,
    storage: {
      ...plain,
      serialize: (data) => ({ all: JSON.stringify(data) }) as never,
      unserialize: (stored) => JSON.parse((stored as unknown as { all: string }).all),
    },
    steps: script,
  },
  {
    name: "a store that is away for a while",
    session: quiet,
    storage: () => new session.MemoryStore(),
    steps: [
      count(),
      get("/outside"),
      get("/outside", { name: "away", prepare: (store) => (store as Store).emit("disconnect") }),
      get("/outside", { name: "still away" }),
      count({ name: "back", prepare: (store) => (store as Store).emit("connect") }),
    ],
  },
  { name: "store in memory", session: quiet, storage: () => new session.MemoryStore(), steps: script },
  { name: "store without touch", session: quiet, storage: () => new TouchlessStore(), steps: script },
  {
    name: "a store that fails",
    session: quiet,
    storage: () => new FailingStore(),
    steps: (["error", "ENOENT", "string"] as const).flatMap((how) => [
      count({ browser: how }),
      count({ browser: how }),
      ...(how === "string" ? [] : [count({ name: `get: ${how}`, browser: how, prepare: fail("get", how) })]),
      get("/me", { browser: how }),
      ...(how === "ENOENT"
        ? []
        : [
            count({ name: `set: ${how}`, browser: how, prepare: fail("set", how) }),
            count({ name: `set of a new one: ${how}`, browser: `new ${how}`, prepare: fail("set", how) }),
            get("/nothing", { name: `touch: ${how}`, browser: how, prepare: fail("touch", how) }),
          ]),
      count({ browser: how }),
      { ...post("/destroy"), name: `destroy: ${how}`, browser: how, prepare: fail("destroy", how) },
      get("/me", { browser: how }),
      count({ browser: how }),
      { ...signIn, name: `sign-in, set: ${how}`, browser: how, prepare: fail("set", how) },
      get("/me", { browser: how }),
      signIn,
      { ...post("/sign-out"), name: `sign-out, destroy: ${how}`, prepare: fail("destroy", how) },
      get("/me", { browser: how }),
      { ...post("/reload"), name: `reload, then get: ${how}`, browser: how },
    ]),
  },
  {
    name: "a store that throws",
    session: quiet,
    storage: () => new FailingStore(),
    steps: [
      count(),
      get("/me", { name: "get throws", prepare: fail("get", "throw") }),
      get("/me"),
      { ...post("/regenerate"), name: "regenerate, destroy throws", prepare: fail("destroy", "throw") },
      get("/me"),
    ],
  },
  {
    name: "unset destroys, and the store fails",
    session: { ...quiet, unset: "destroy" },
    storage: () => new FailingStore(),
    steps: [
      count(),
      { ...post("/unset"), name: "destroy: error", prepare: fail("destroy", "error") },
      get("/me"),
      post("/unset"),
      get("/me"),
    ],
  },
  {
    name: "a cookie that cannot be written",
    session: { ...quiet, rolling: true },
    storage: () => new FailingStore(),
    steps: [
      count(),
      post("/change", { cookie: { path: "/; no path" }, count: "views" }),
      get("/me"),
      post("/change", { cookie: { path: "/" }, count: "views" }),
      get("/me"),
    ],
  },
];
