import { createKrupteinAdapter } from "connect-mongo";
import session, { type Store } from "express-session";
import { secret } from "./cells.ts";
import { script } from "./script.ts";
import { FailingStore, fail, TouchlessStore } from "./stores.ts";
import type { Cell } from "./worlds/cell.ts";
import { get, post, type Step } from "./worlds/step.ts";

const quiet = { secret, resave: false, saveUninitialized: false, cookie: { maxAge: 60_000 } };
const plain = { ttl: 120 };
const count = (more: Partial<Step> = {}) => post("/change", { count: "views" }, more);
const signIn = post("/sign-in", { username: "alice", password: "correct horse" });
const over = (proto: string, step: Step): Step => ({
  ...step,
  name: `${step.name}, over ${proto}`,
  headers: { "x-forwarded-proto": proto },
});
const short = [get("/me"), count(), count(), get("/nothing"), signIn, get("/me"), post("/sign-out"), get("/me")];
const schemes = [
  ...["https", "http", "https, http", "http, https", " HTTPS ,http", ""].flatMap((proto) =>
    [get("/me"), count(), count(), get("/nothing"), signIn].map((step) => over(proto, { ...step, browser: proto })),
  ),
  ...short,
];
let made = 0;

/** One option at a time, on the whole script where it bears on all of it. */
export const optionCells: readonly Cell[] = [
  { name: "saveUninitialized", session: { ...quiet, saveUninitialized: true }, storage: plain, steps: script },
  { name: "resave", session: { ...quiet, resave: true }, storage: plain, steps: script },
  {
    name: "resave, saveUninitialized and rolling",
    session: { ...quiet, resave: true, saveUninitialized: true, rolling: true },
    storage: { ...plain, touchAfter: 20 },
    steps: script,
  },
  { name: "defaults", session: { secret }, storage: plain, steps: script },
  { name: "unset destroys", session: { ...quiet, unset: "destroy" }, storage: plain, steps: script },
  { name: "unset keeps", session: { ...quiet, unset: "keep", rolling: true }, storage: plain, steps: script },
  { name: "no end", session: { ...quiet, cookie: {} }, storage: plain, steps: script },
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
    name: "cookie as a function",
    session: { ...quiet, cookie: (request) => ({ maxAge: 60_000, priority: request.headers["x-priority"] as "high" }) },
    ours: { cookie: (c) => ({ maxAge: 60_000, priority: c.req.header("x-priority") as "high" }) },
    storage: plain,
    steps: [count({ headers: { "x-priority": "high" } }), count(), count({ browser: "second" }), ...short],
  },
  {
    name: "secure and sameSite auto, proxy trusted",
    session: { ...quiet, cookie: { maxAge: 60_000, secure: "auto", sameSite: "auto" as never }, proxy: true },
    storage: plain,
    steps: schemes,
  },
  {
    name: "secure auto, proxy not trusted",
    session: { ...quiet, cookie: { maxAge: 60_000, secure: "auto" }, proxy: false },
    storage: plain,
    steps: schemes,
  },
  {
    name: "secure auto, proxy not said",
    session: { ...quiet, cookie: { maxAge: 60_000, secure: "auto" } },
    storage: plain,
    steps: schemes,
  },
  {
    name: "secure, proxy trusted",
    session: { ...quiet, cookie: { maxAge: 60_000, secure: true }, proxy: true, saveUninitialized: true },
    storage: plain,
    steps: schemes,
  },
  {
    name: "every attribute",
    session: {
      ...quiet,
      name: "sid.of_kith",
      cookie: {
        maxAge: 60_000,
        partitioned: true,
        priority: "low",
        domain: "kith.test",
        sameSite: true,
        httpOnly: false,
      },
    },
    storage: { ...plain, stringify: false },
    steps: script,
  },
  {
    name: "a fixed end",
    session: { ...quiet, cookie: { expires: new Date("2099-10-21T07:28:00Z") } },
    storage: plain,
    steps: short,
  },
  {
    name: "a path",
    session: { ...quiet, cookie: { maxAge: 60_000, path: "/out" } },
    storage: plain,
    steps: [get("/nothing"), get("/outside"), get("/outside?path=/elsewhere"), get("/nothing?path=/out")],
  },
  {
    name: "a path, all saved",
    session: { ...quiet, saveUninitialized: true, cookie: { maxAge: 60_000, path: "/out" } },
    storage: plain,
    steps: [get("/nothing"), get("/outside"), get("/outside"), get("/nothing"), get("/outside", { browser: "second" })],
  },
  {
    name: "ids of one's own",
    session: { ...quiet, genid: (request) => `${request.method}-of ö;=, ${made++}-${"x".repeat(30)}` },
    ours: { genid: (c) => `${c.req.method}-of ö;=, ${made++}-${"x".repeat(30)}` },
    storage: plain,
    steps: script,
  },
  {
    name: "secrets as buffers",
    session: { ...quiet, secret: [Buffer.from(secret), Buffer.from("retired")] },
    retiredSecret: "retired",
    storage: plain,
    steps: script,
  },
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
