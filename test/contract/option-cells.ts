import { secret } from "./cells.ts";
import { script } from "./script.ts";
import type { Cell } from "./worlds/cell.ts";
import { get, post, type Step } from "./worlds/step.ts";

export const quiet = { secret, resave: false, saveUninitialized: false, cookie: { maxAge: 60_000 } };
export const plain = { ttl: 120 };
export const count = (more: Partial<Step> = {}) => post("/change", { count: "views" }, more);
export const signIn = post("/sign-in", { username: "alice", password: "correct horse" });
const over = (proto: string, step: Step): Step => ({
  ...step,
  name: `${step.name}, over ${proto}`,
  headers: { "x-forwarded-proto": proto },
});
export const short = [get("/me"), count(), count(), get("/nothing"), signIn, get("/me"), post("/sign-out"), get("/me")];
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
];
