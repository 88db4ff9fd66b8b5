import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type KithSocket, sendToSocket, sendToUsers } from "../../realtime/delivery/rooms.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import { limits } from "../../shared/contracts/limits.ts";
import type { Client } from "../helpers/client.ts";
import { testOrigin } from "../helpers/config.ts";
import { RawSocket } from "../helpers/raw-socket.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

const cut = vi.fn();
const log = { debug() {}, warn() {}, error() {}, info: cut } as never;
let system: System;
beforeAll(async () => {
  system = await startSystem({ log });
});
afterAll(() => system?.[Symbol.asyncDispose]());

/** A turn of the loop and more: what is written is on its way. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
const cuts = async () => (await system.realtime.metrics.cuts.get()).values[0]?.value ?? 0;

/** A client that has joined and then stops reading, with everything full that the kernel keeps for it. */
async function stalled(person: Client): Promise<{ raw: RawSocket; socket: KithSocket }> {
  const known = new Set(system.realtime.io.sockets.sockets.keys());
  const raw = new RawSocket(system.realtimeUrl);
  raw.send(RawSocket.request({ origin: testOrigin, cookie: person.cookieHeader }));
  await raw.frame("0{");
  raw.say("40");
  await raw.frame('42["me"');
  raw.pause();
  const socket = [...system.realtime.io.sockets.sockets.values()].find(({ id }) => !known.has(id)) as KithSocket;
  const { socket: tcp } = socket.request;
  while (tcp.writableLength === 0) {
    sendToSocket(socket, "resync", { reason: "x".repeat(100_000), time: "0".repeat(16), afterMs: 0 });
    await turn();
  }
  return { raw, socket };
}

function comment(author: Client, n: number, body: string): Comment {
  if (!author.me) throw new Error("This client has not signed up.");
  const position = n.toString(16).padStart(16, "0");
  return { id: position.padStart(24, "0"), author: author.me, body, createdAt: new Date().toISOString(), position };
}

test.each([
  { what: "many small packets", size: 10, count: limits.unread.packets + 10 },
  { what: "few large ones", size: 20_000, count: Math.ceil(limits.unread.bytes / 20_000) + 10 },
])(
  "a client that does not read $what is cut, others are told everything in order, and it catches up",
  async ({ size, count }) => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    await ada.befriend(ben);
    const seen = await ben.comment("before");
    const atBens = await ben.connect();
    const { raw, socket } = await stalled(ada);
    const before = await cuts();
    cut.mockClear();
    const sent = Array.from({ length: count }, (_, n) => comment(ben, n, "x".repeat(size)));
    for (const [n, each] of sent.entries()) {
      sendToUsers(system.realtime.io, [ada.id, ben.id], "comment", each);
      if (n % 20 === 0) await turn();
    }
    await until(() => !socket.connected);
    expect(await cuts()).toBe(before + 1);
    const [{ packets: waiting, bytes }] = cut.mock.calls[0] as [{ packets: number; bytes: number }];
    expect(waiting > limits.unread.packets).toBe(size === 10);
    expect(bytes > limits.unread.bytes).toBe(size !== 10);

    const missed = await ben.comment("after");
    await atBens.first("comment", ({ id }) => id === missed.id);
    const heard = atBens.all("comment").map(({ id }) => id);
    expect(heard).toEqual([...sent.map(({ id }) => id), missed.id]);
    expect(atBens.disconnectReason).toBeUndefined();
    raw.resume();
    await raw.closed();
    const { time } = await (await ada.connect()).first("me");
    const page = await (await ada.api.api.comments.$get({ query: { after: seen.position, time } })).json();
    expect(page.comments).toEqual([missed, seen]);
  },
);

test("what waits for a client that does not read is bounded within a turn, too", async () => {
  const fay = await system.person("Fay");
  const { socket, raw } = await stalled(fay);
  cut.mockClear();
  const large = comment(fay, 1, "x".repeat(20_000));
  for (let n = 0; n < 2_000; n++) sendToUsers(system.realtime.io, [fay.id], "comment", large);
  expect(socket.request.socket.destroyed).toBe(true);
  await until(() => !socket.connected);
  expect(cut.mock.calls).toHaveLength(1);
  expect(cut.mock.calls[0]?.[0].bytes).toBeLessThan(limits.unread.bytes * 8 + 25_000);
  raw.destroy();
});

test("what is sent to one socket alone is counted like everything else", async () => {
  const { socket, raw } = await stalled(await system.person("Cleo"));
  const before = await cuts();
  while (socket.connected) {
    socket.emit("resync", { reason: "x".repeat(10_000), time: "0".repeat(16), afterMs: 0 });
    await turn();
  }
  expect(await cuts()).toBe(before + 1);
  raw.destroy();
});

test("a burst of one turn cuts nobody who reads, and arrives whole", async () => {
  const dan = await system.person("Dan");
  const socket = await dan.connect();
  const before = await cuts();
  const count = 2 * limits.unread.packets;
  const sent = Array.from({ length: count }, (_, n) => comment(dan, n, "x".repeat(1_000)));
  for (const each of sent) sendToUsers(system.realtime.io, [dan.id], "comment", each);
  await until(() => socket.all("comment").length === count);
  expect(socket.all("comment").map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
  expect(await cuts()).toBe(before);
});

test("an event is one write to each socket, and is counted", async () => {
  const eve = await system.person("Eve");
  await eve.connect();
  await eve.connect();
  const { io, metrics } = system.realtime;
  const sockets = await io.in(`user:${eve.id}`).fetchSockets();
  const writes = sockets.map((socket) => {
    const { socket: tcp } = (io.sockets.sockets.get(socket.id) as KithSocket).request;
    return [vi.spyOn(tcp, "write"), vi.spyOn(tcp, "cork")];
  });
  const counted = async () =>
    (await metrics.deliveries.get()).values.find(({ labels }) => labels.event === "comment")?.value ?? 0;
  const before = await counted();
  sendToUsers(io, [eve.id], "comment", comment(eve, 1, "Hello"));
  for (const [write, cork] of writes) {
    expect(write).toHaveBeenCalledTimes(1);
    expect(cork).not.toHaveBeenCalled();
  }
  expect(await counted()).toBe(before + 2);
});

test("what waited for the write before it goes out in one write, in order", async () => {
  const gus = await system.person("Gus");
  const client = await gus.connect();
  const { io } = system.realtime;
  const [{ id } = { id: "" }] = await io.in(`user:${gus.id}`).fetchSockets();
  const { socket: tcp } = (io.sockets.sockets.get(id) as KithSocket).request;
  const writes = [vi.spyOn(tcp, "_write"), vi.spyOn(tcp as Required<typeof tcp>, "_writev")];
  const sent = Array.from({ length: 5 }, (_, n) => comment(gus, n, "Hello"));
  for (const each of sent) sendToUsers(io, [gus.id], "comment", each);
  await until(() => client.all("comment").length === sent.length);
  expect(client.all("comment")).toEqual(sent);
  for (const write of writes) expect(write).toHaveBeenCalledTimes(1);
});

test("a socket keeps nothing of its request that is a secret", async () => {
  const hal = await system.person("Hal");
  await hal.connect();
  const [socket] = await system.realtime.io.in(`user:${hal.id}`).fetchSockets();
  const { request, handshake } = system.realtime.io.sockets.sockets.get(socket?.id ?? "") as KithSocket;
  const kept = inspect({ request: { ...request, socket: undefined, connection: undefined }, handshake }, { depth: 3 });
  expect(kept).toContain(testOrigin);
  expect(kept).not.toContain(hal.cookieHeader.split("=")[1]);
});
