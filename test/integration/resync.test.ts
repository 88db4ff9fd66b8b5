import type { Document } from "mongodb";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { positionOf } from "../../shared/position.ts";
import type { Client, RecordingSocket } from "../helpers/client.ts";
import { failCommand } from "../helpers/fail-point.ts";
import { type OwnSet, startOwnSet } from "../helpers/own-set.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let set: OwnSet;
let system: System;
/** What realtime calls an error. */
const errors: string[] = [];
const log = { debug() {}, info() {}, warn() {}, error: (_: object, text: string) => void errors.push(text) };
beforeAll(async () => {
  set = await startOwnSet();
});
afterAll(() => set?.[Symbol.asyncDispose]());

let ada: Client;
let socket: RecordingSocket;
beforeEach(async () => {
  errors.length = 0;
  system = await startSystem({ environment: { MONGODB_URI: set.uri }, log: log as never });
  ada = await system.person("Ada");
  socket = await ada.connect();
});
afterEach(async () => {
  await failCommand(client(), "off");
  await system[Symbol.asyncDispose]();
});

const client = () => system.database.connection.getClient();
const collection = (name: string) => system.database.connection.collection<Document>(name);

const command = (text: Document) => client().db(system.database.connection.name).command(text);

type Counted = "resyncs" | "reopens" | "events";
async function countOf(name: Counted): Promise<Record<string, number>> {
  const { values } = await system.realtime.metrics[name].get();
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels)[0], value]));
}

const unreadable = "a change could not be read";
const gone = "a whole collection was dropped or renamed";
const causes = {
  [unreadable]: () => collection("outbox").insertOne({ odd: true }),
  [gone]: () => collection("nodes").drop(),
};

/** The rounds until now by reason, those that wait for their turn too: one for another `reason` follows behind them. */
async function roundsUntil(reason: keyof typeof causes): Promise<Record<string, number>> {
  await causes[reason]();
  const counts = await until(async () => {
    const found = await countOf("resyncs");
    return reason in found && found;
  });
  const { [reason]: _, ...others } = counts as Record<string, number>;
  return others;
}

test("nobody loads anew where the place was kept", async () => {
  const failure = { failCommands: ["getMore"], errorCode: 189, errorLabels: ["ResumableChangeStreamError"] };
  await failCommand(client(), 5, failure);
  const comments = [await ada.comment("one"), await ada.comment("two")];
  await until(async () => (await countOf("reopens")).resumable === 5);
  const last = await ada.comment("three");
  await socket.first("comment", ({ id }) => id === last.id);
  expect(socket.all("comment")).toEqual([...comments, last]);
  expect(await roundsUntil(gone)).toEqual({});
});

test("everybody loads anew once where the place was lost", async () => {
  // The stream's own: who is online is read by an aggregate, too.
  const namespace = `${system.database.connection.name}.$cmd.aggregate`;
  await failCommand(client(), 3, { failCommands: ["getMore", "aggregate"], errorCode: 286, namespace });
  const { reason } = await socket.first("resync");
  expect(await roundsUntil(gone)).toEqual({ [reason]: 1 });
  expect(await countOf("reopens")).toEqual({ historyLost: 3 });
});

test("a document too large to be told ends no stream; everybody loads anew once", async () => {
  await collection("outbox").insertOne({ to: { user: ada.id }, event: "notice", payload: "x".repeat(8 * 1024 * 1024) });
  const { reason } = await socket.first("resync");
  expect(await roundsUntil(gone)).toEqual({ [reason]: 1 });
  expect(await countOf("reopens")).toEqual({});
  expect((await countOf("events")).unreadable).toBe(1);
  expect(errors[0]).toBe("changes could not be read");
});

test("a flood of what cannot be read starts few rounds, and one of them after its end", async () => {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 3_000) {
    await collection("outbox").insertOne({ odd: true });
    count += 1;
  }
  const end = positionOf((await command({ ping: 1 })).operationTime);
  await until(() => socket.all("resync").some(({ time }) => time >= end));
  const rounds = Object.values(await countOf("resyncs"))[0] ?? 0;
  expect(rounds).toBeGreaterThan(1);
  expect(rounds).toBeLessThanOrEqual((performance.now() - start) / 2_000 + 1);
  expect(socket.all("resync")).toHaveLength(rounds);
  expect((await countOf("events")).unreadable).toBe(count);
  expect(socket.disconnectReason).toBeUndefined();
});

test.each(["outbox", "friendships"])("when %s is dropped, everybody loads anew once", async (name) => {
  await collection(name).drop();
  await socket.first("resync");
  expect(errors).toEqual(["a whole collection was dropped or renamed"]);
  expect(await roundsUntil(unreadable)).toEqual({ [gone]: 1 });
  expect(await countOf("reopens")).toEqual({});
});

test("when the database is dropped, the stream goes on, and everybody loads anew", async () => {
  // Otherwise nobody would be left to load anew.
  const settle = vi.spyOn(system.realtime.connections, "settle").mockReturnValue();
  const settleUser = vi.spyOn(system.realtime.connections, "settleUser").mockReturnValue();
  const { operationTime } = await command({ dropDatabase: 1 });
  await until(() => socket.all("resync").some(({ time }) => time >= positionOf(operationTime)));
  await until(async () => (await countOf("reopens")).invalidate === 1);
  expect(Object.keys(await countOf("reopens"))).toEqual(["invalidate"]);
  const { [gone]: rounds, ...others } = await countOf("resyncs");
  // A second one where the database went in more than one batch.
  expect([1, 2]).toContain(rounds);
  expect(others).toEqual({});
  for (const recheck of [settle, settleUser]) expect(recheck).toHaveBeenCalled();
});

test("when the sessions are dropped, their sockets are closed at once", async () => {
  const start = performance.now();
  await collection("sessions").drop();
  await socket.closed();
  expect(performance.now() - start).toBeLessThan(2_000);
});

test("when the sessions are renamed, their sockets are closed at once", async () => {
  const start = performance.now();
  await collection("sessions").rename("elsewhere");
  await socket.closed();
  expect(performance.now() - start).toBeLessThan(2_000);
});
