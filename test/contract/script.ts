import { get, post, type Step } from "./worlds/step.ts";

const alice = { username: "alice", password: "correct horse" };
const bob = { username: "bob", password: "battery staple" };
const count = (more: Partial<Step> = {}) => post("/change", { count: "views" }, more);
const touched = get("/nothing");
const me = (more: Partial<Step> = {}) => get("/me", more);

/**
 * The life of a session and of its cookie. Every cookie is 60 s long, and the clock goes 7 s from step to step, so that
 * whoever does not move an end that has to move, or moves one that has not, is seen.
 */
export const script: readonly Step[] = [
  me(),
  touched,
  post("/sign-in", { username: "alice", password: "wrong" }),
  post("/sign-in", { username: "alice" }),
  post("/change", { set: { before: "signing in" } }),
  post("/sign-in", alice),
  me(),
  me({ name: "me, by the retired secret", isSignedByRetired: true }),
  count({ name: "count, by the retired secret", isSignedByRetired: true }),
  touched,
  touched,
  touched,
  count(),
  count({ after: 0 }),

  post("/change", { nest: { path: ["prefs", "cookie", "colour"], value: "green" } }),
  post("/change", { nest: { path: ["prefs", "cookie", "colour"], value: "green" } }, { name: "the same once more" }),
  post("/change", {
    set: {
      half: 0.5,
      whole: 2 ** 40,
      none: null,
      list: [1, "two", [3]],
      text: 'ä "quoted" \u{1f36a}',
      yes: true,
      "": 0,
    },
  }),
  post("/change", { set: { "a.b": 1, $money: 2, "10": "ten", "9": "nine", id: "not the session's" } }),
  post("/change", { remove: ["none", "list", "$money", "a.b"] }),
  post("/change", { remove: ["half"], set: { half: 0.5 } }, { name: "set, then removed" }),
  post("/change", { set: { yes: false } }),
  post("/change", { set: { yes: true }, remove: ["views"] }),

  post("/change", { cookie: { maxAge: 50_000 } }),
  touched,
  post("/change", { cookie: { maxAge: 40_000 }, count: "views" }),
  post("/change", { cookie: { expiresIn: 30_000 }, count: "views" }),
  touched,
  post("/change", { cookie: { expires: null } }),
  post("/change", { cookie: { expires: null }, count: "views" }),
  count({ name: "count, without an end" }),
  { ...touched, name: "nothing, without an end" },
  post("/change", { cookie: { maxAge: null }, count: "views" }),
  post("/change", { cookie: { maxAge: 60_000, sameSite: "strict", httpOnly: false }, count: "views" }),
  post("/change", { cookie: { secure: true }, count: "views" }),
  post("/change", { cookie: { secure: false, domain: "127.0.0.1", path: "/me" }, count: "views" }),
  post("/change", { cookie: { domain: undefined, path: "/", priority: "high", partitioned: true }, count: "views" }),
  post("/change", { touch: true }),
  post("/change", { touch: true, count: "views" }),

  post("/reload", { before: { set: { forgotten: 1 } } }),
  post("/reload", { before: { set: { forgotten: 1 } }, after: { count: "views" } }),
  post("/save", { changes: [{}, {}] }),
  post("/save", { changes: [{ count: "views" }, {}] }),
  post("/save", { changes: [{ count: "views" }, { count: "views" }, { count: "views" }] }),
  post("/save", { changes: [{ set: { yes: false } }, { set: { yes: true } }] }),
  post("/regenerate"),
  me(),
  post("/regenerate", { set: { after: "regenerating" } }),
  post("/own-cookie"),
  post("/own-cookie", { count: "views" }),
  post("/throw"),
  post("/throw", { change: { count: "views" } }),
  post("/redirect", { count: "views" }),
  post("/empty"),
  post("/empty", { count: "views" }),
  me({ method: "HEAD", name: "HEAD /me" }),

  post("/sign-in", bob, { browser: "second" }),
  count({ browser: "second" }),
  post("/sign-in", bob),
  count(),
  post("/sign-in", { username: "bob", password: "wrong" }),
  post("/sign-out", {}, { browser: "second" }),
  me({ browser: "second" }),
  count({ name: "count after signing out", browser: "second" }),
  post("/destroy", {}, { browser: "second" }),
  me({ name: "me, destroyed", browser: "second" }),
  count({ name: "count, destroyed", browser: "second" }),
  post("/unset", {}, { browser: "second" }),
  me({ name: "me, unset", browser: "second" }),
  post("/sign-in", { username: "ghost", password: "not for long" }, { browser: "third" }),
  me({ name: "me, as a user that is gone", browser: "third" }),
  me({ name: "me once more, as a user that is gone", browser: "third" }),
  post("/sign-out", {}, { name: "signing out, not signed in", browser: "fourth" }),

  me({ name: "two cookies of the name", cookie: (jar) => `${jar.header}; connect.sid=s%3Aanother.one` }),
  me({ name: "two cookies of the name, the wrong one first", cookie: (jar) => `connect.sid=nothing; ${jar.header}` }),
  me({ name: "an unsigned cookie", cookie: (jar, kit) => `${kit.name}=${kit.idOf(jar)}` }),
  count({
    name: "a wrong signature",
    cookie: (jar, kit) => `${kit.name}=${kit.signed(`${kit.idOf(jar)}`, "a guess")}`,
  }),
  me({ name: "another cookie beside it", cookie: (jar) => `first=1; ${jar.header}; last="quoted; value"` }),
  count({
    name: "an unknown id",
    browser: "fifth",
    cookie: (_, kit) => `${kit.name}=${kit.signed("never-given-out")}`,
  }),
  me({ name: "an empty id", cookie: (_, kit) => `${kit.name}=${kit.signed("")}` }),

  count(),
  { ...touched, name: "nothing, near the end", after: 40_000 },
  me({ name: "me, past the first end", after: 40_000 }),
  me({ name: "me, past the last end", after: 61_000 }),
  count({ name: "count, past the last end" }),
  post("/sign-out"),
];
