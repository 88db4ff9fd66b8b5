import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAddresses } from "../../realtime/addresses.ts";
import { admit } from "../../realtime/handshake.ts";
import { Connections } from "../../realtime/revocation.ts";
import { sessionIdReader } from "../../shared/session/cookie.ts";
import type { Client } from "../helpers/client.ts";
import { testOrigin } from "../helpers/config.ts";
import { hold } from "../helpers/hold.ts";
import { RawSocket } from "../helpers/raw-socket.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";
import { upgrade } from "../helpers/upgrade.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem({ environment: { SOCKETS_PER_USER: "3", SOCKETS_PER_ADDRESS: "5" } });
});
afterAll(() => system?.[Symbol.asyncDispose]());

const headersOf = (client: Client, address = client.address) => ({
  origin: testOrigin,
  cookie: client.cookieHeader,
  "x-forwarded-for": address,
});

function handshake(headers: Record<string, string>): RawSocket {
  const raw = new RawSocket(system.realtimeUrl);
  raw.send(RawSocket.request(headers));
  return raw;
}

/** The statuses of handshakes that are made at once, and are kept where they are admitted. */
async function statuses(headers: Record<string, string>[]): Promise<number[]> {
  return (await Promise.all(headers.map((each) => handshake(each).answered()))).sort();
}

const refused = async () =>
  (await system.realtime.metrics.handshakes.get()).values.find(({ labels }) => labels.outcome === "too_many_requests")
    ?.value ?? 0;

test("a user has so many connections, in whatever phase, and no more until one is closed", async () => {
  const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
  const before = await refused();
  // From many places, so that it is the user who is counted.
  const raws = Array.from({ length: 10 }, (_, i) => handshake(headersOf(ada, `192.0.2.${i}`)));
  const answered = await Promise.all(raws.map((raw) => raw.answered()));
  expect(answered.sort()).toEqual([101, 101, 101, ...Array(7).fill(429)]);
  expect(await refused()).toBe(before + 7);
  const { status, body } = await upgrade(system.realtimeUrl, headersOf(ada));
  expect([status, JSON.parse(body).code]).toEqual([429, "too_many_requests"]);
  expect(await statuses([headersOf(ben)])).toEqual([101]);

  raws.find(({ status }) => status === 101)?.destroy();
  await until(() => system.realtime.connections.countOf(ada.id) === 2);
  expect(await statuses([headersOf(ada), headersOf(ada)])).toEqual([101, 429]);
});

test("an address has so many connections, whoever they are of; IPv6 counts by the /64", async () => {
  const people = await Promise.all(["Cleo", "Dan", "Eve"].map((name) => system.person(name)));
  const [cleo, dan, eve] = people as [Client, Client, Client];
  const from = (client: Client, host: number) => headersOf(client, `2001:db8:7:7::${host}`);
  const four = [from(cleo, 1), from(cleo, 2), from(cleo, 3), from(dan, 4)];
  expect(await statuses(four)).toEqual([101, 101, 101, 101]);
  const reading = hold(system.realtimeDatabase.sessions, "read", "before");
  const raw = handshake(from(dan, 5));
  await reading.reached;
  expect(await statuses([from(eve, 6)])).toEqual([429]);
  reading.release();
  expect(await raw.answered()).toBe(101);
  expect(await statuses([headersOf(eve, "2001:db8:7:8::1")])).toEqual([101]);
  raw.destroy();
  await until(() => system.realtime.connections.countOf(dan.id) === 1);
  expect(await statuses([from(eve, 7), from(eve, 8)])).toEqual([101, 429]);
});

test("who is refused for something else is not counted for long", async () => {
  const fay = await system.person("Fay");
  const stranger = { ...headersOf(fay), cookie: "connect.sid=nonsense" };
  for (let i = 0; i < 3; i++) expect(await statuses(Array(5).fill(stranger))).toEqual(Array(5).fill(401));
  await until(async () => (await statuses([headersOf(fay)]))[0] === 101);
});

test("nothing is compressed or kept for who was away, and a client that is gone without a word is gone within 33 s", () => {
  const { io } = system.realtime;
  expect(io.engine.opts).toMatchObject({ perMessageDeflate: false, transports: ["websocket"] });
  const { pingInterval = Number.NaN, pingTimeout = Number.NaN } = io.engine.opts;
  expect(pingInterval + pingTimeout).toBeLessThanOrEqual(33_000);
  expect((io as unknown as { opts: object }).opts).not.toHaveProperty("connectionStateRecovery");
  expect(io.sockets.adapter.constructor.name).not.toBe("SessionAwareAdapter");
});

test("a client that left before its handshake was looked at leaves nothing behind", async () => {
  const ada = await system.person("Ada");
  const request = { headers: headersOf(ada), socket: Object.assign(new EventEmitter(), { destroyed: true }) };
  const connections = new Connections();
  const addresses = createAddresses(system.config);
  const { config, database } = system;
  const sessionIdOf = sessionIdReader(config.session.name, config.session.secrets);
  const users = { findById: database.findUser };
  const deps = { config, database, connections, addresses, users, sessionIdOf, isOpen: () => true };
  for (let n = 0; n < 20; n++) {
    await expect(admit(request as unknown as IncomingMessage, deps)).rejects.toMatchObject({ code: "unavailable" });
  }
  expect([connections.keys(), connections.users()]).toEqual([[], []]);
});
