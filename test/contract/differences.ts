import session from "express-session";
import { expect } from "vitest";
import { count as countStep, quiet } from "./option-cells.ts";
import { FailingStore, fail } from "./stores.ts";
import type { Cell } from "./worlds/cell.ts";
import { get, post } from "./worlds/step.ts";

/** Where our side is not express-session's on purpose: the last step of its script, as it is answered at each. */
export interface Difference {
  reason: string;
  cell: Cell;
  /** Fields of what is seen; a pattern stands for a time that depends on the run. */
  express: Record<string, unknown>;
  ours: Record<string, unknown>;
}

const auto = () => ({ secure: "auto" as const, sameSite: "auto" as never });
const count = countStep();
const cookieOf = (number: number, rest: string) => `connect.sid=<<id ${number}> signed by secret 0>; Path=/; ${rest}`;
const inMemory = () => new session.MemoryStore();

const stored = '<id 1>: {"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"views":1}';

/** All of them: whatever is not here, the other tests hold to be the same. */
export const differences: readonly Difference[] = [
  {
    reason:
      "express-session overlooks `auto` in the result of a cookie function: it then counts as true, and over http no cookie is sent",
    cell: { name: "auto of a function", session: { ...quiet, cookie: auto }, storage: inMemory, steps: [count] },
    express: { setCookies: [], late: [] },
    ours: { setCookies: [cookieOf(1, "HttpOnly; SameSite=Lax")], late: [] },
  },
  {
    reason:
      "over fetch the headers are not out before the handler is done: a session that is first changed after a write still gets its cookie, and is no orphan",
    cell: {
      name: "written, then changed",
      session: { ...quiet, cookie: {} },
      storage: inMemory,
      steps: [post("/write", { count: "views" })],
    },
    express: { status: 200, setCookies: [] },
    ours: { status: 200, setCookies: [cookieOf(1, "HttpOnly")] },
  },
  {
    reason: "Hono's error handler is given Errors alone: what a store calls back with, and is none, is wrapped",
    cell: {
      name: "a store's error that is none",
      session: quiet,
      storage: () => new FailingStore(),
      steps: [count, get("/me", { prepare: fail("get", "string") })],
    },
    express: { status: 500, body: '{"error":"get failed"}' },
    ours: { status: 500, body: '{"error":"The session store failed."}' },
  },
  {
    reason: "Hono leaves what a handler throws, and is no Error, to the platform: nothing after the handler runs",
    cell: {
      name: "a handler's error that is none",
      session: { ...quiet, cookie: {} },
      storage: inMemory,
      steps: [post("/throw", { thrown: "string", change: { count: "views" } })],
    },
    express: { status: 500, setCookies: [cookieOf(1, "HttpOnly")], documents: [stored] },
    ours: { status: 500, setCookies: [], documents: [] },
  },
  {
    reason: "connect-mongo's upsert revives a session that another request ended: with our store it stays gone",
    cell: {
      name: "changed when it is gone",
      session: { ...quiet, cookie: {} },
      storage: {},
      steps: [count, post("/end-elsewhere", { count: "views" })],
    },
    express: { status: 200, writes: ["destroy <id 1>", "create <id 1>", "set <id 1>"] },
    ours: { status: 200, writes: ["destroy <id 1>"], documents: [], setCookies: [], late: [] },
  },
  {
    reason: "connect-mongo fails a touch of a session that another request ended: here it is no error",
    cell: {
      name: "touched when it is gone",
      session: quiet,
      storage: {},
      steps: [count, post("/end-elsewhere")],
    },
    express: { status: 200, documents: [], late: ["Unable to find the session to touch"] },
    ours: { status: 200, documents: [], late: [] },
  },
  {
    reason: 'ours alone: with `rolling: "touch"` the browser\'s cookie moves when the stored end moves',
    cell: {
      name: "rolling with a touch",
      session: quiet,
      ours: { rolling: "touch" },
      storage: inMemory,
      steps: [count, get("/nothing")],
    },
    express: { setCookies: [] },
    ours: {
      setCookies: [expect.stringMatching(/^connect.sid=<<id 1> signed by secret 0>; Path=\/; Expires=.*; HttpOnly$/)],
    },
  },
];
