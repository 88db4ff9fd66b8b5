import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAddresses } from "../../realtime/addresses.ts";
import { admit } from "../../realtime/handshake.ts";
import { Connections } from "../../realtime/revocation.ts";
import { sessionIdReader } from "../../shared/session/cookie.ts";
import type { Client } from "../helpers/client.ts";
import { testOrigin } from "../helpers/config.ts";
import { profiled } from "../helpers/profiled.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
let ada: Client;
beforeAll(async () => {
  system = await startSystem();
  ada = await system.person("Ada");
});
afterAll(() => system?.[Symbol.asyncDispose]());

/** What the database was asked for by the sessions' and users' collections while `work` ran, by its own profiler. */
async function readsOf(work: () => Promise<unknown>): Promise<{ op: string; collection: string }[]> {
  return (await profiled(system.database, work))
    .map(({ op, ns }) => ({ op: String(op), collection: String(ns).split(".")[1] ?? "" }))
    .filter(({ collection }) => collection === "sessions" || collection === "users");
}

test("an authenticated GET reads the session once, the user once, and writes nothing", async () => {
  const reads = await readsOf(() => ada.fetch("/api/me"));
  expect(reads).toEqual([
    { op: "query", collection: "sessions" },
    { op: "query", collection: "users" },
  ]);
});

test("requests that arrive together share their reads, and each gets its own person", async () => {
  const people = [ada, ...(await Promise.all(["Ben", "Cleo", "Dan"].map((name) => system.person(name))))];
  const clients = Array.from({ length: 40 }, (_, n) => people[n % people.length] as Client);
  const answers: string[] = [];
  const reads = await readsOf(async () => {
    await Promise.all(
      clients.map(async (client, n) => {
        const response = await system.app.request("/api/me", { headers: { cookie: client.cookieHeader } });
        answers[n] = (await response.json()).id;
      }),
    );
  });
  expect(answers).toEqual(clients.map(({ id }) => id));
  expect(reads.length).toBeLessThanOrEqual(4);
});

test("a request without a cookie, or with one that nobody signed, reads nothing", async () => {
  const reads = await readsOf(async () => {
    await system.client().fetch("/api/me");
    await ada.fetch("/api/me", { headers: { cookie: "connect.sid=s%3Aunsigned.nonsense" } });
  });
  expect(reads).toEqual([]);
});

test("handshakes that arrive together share their reads too", async () => {
  const { config, database } = system;
  const users = { findById: database.findUser };
  const connections = new Connections();
  const request = () =>
    ({
      headers: { origin: testOrigin, cookie: ada.cookieHeader },
      socket: new EventEmitter(),
    }) as unknown as IncomingMessage;
  const sessionIdOf = sessionIdReader(config.session.name, config.session.secrets);
  const addresses = createAddresses(config);
  const deps = { config, database, users, connections, addresses, isOpen: () => true, sessionIdOf };
  const reads = await readsOf(async () => {
    const admissions = await Promise.all(Array.from({ length: 30 }, () => admit(request(), deps)));
    expect(new Set(admissions.map(({ session }) => session)).size).toBe(30);
  });
  expect(reads).toEqual([
    { op: "query", collection: "sessions" },
    { op: "query", collection: "users" },
  ]);
});

test("two requests of one turn get sessions of their own", async () => {
  const [, sid = ""] = /^s%3A([^.]+)/.exec(ada.cookies.get("connect.sid") ?? "") ?? [];
  const store = system.database.sessions;
  const [first, second] = await Promise.all([store.read(sid), store.read(sid)]);
  expect(first?.data).toEqual(second?.data);
  expect(first?.data).not.toBe(second?.data);
});
