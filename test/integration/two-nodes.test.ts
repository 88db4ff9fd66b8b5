import { afterAll, beforeAll, expect, test } from "vitest";
import { insertComment } from "../../functions/comments/create.ts";
import { staleAfter } from "../../realtime/changes/beat.ts";
import type { Person } from "../../shared/contracts/people.ts";
import type { Client, RecordingSocket } from "../helpers/client.ts";
import { failCommand } from "../helpers/fail-point.ts";
import { type Node, startNode } from "../helpers/node.ts";
import { type OwnSet, startOwnSet } from "../helpers/own-set.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let set: OwnSet;
let system: System;
/** One that never sweeps: it learns by its stream alone. */
let other: Node;
/** The nodes whose streams ended. */
const ended = new Set<string>();
const logOf = (node: string) => ({ debug() {}, info() {}, error() {}, warn: () => ended.add(node) }) as never;
beforeAll(async () => {
  set = await startOwnSet();
  system = await startSystem({ environment: { MONGODB_URI: set.uri }, log: logOf("here") });
  other = await startNode(system, { sweepInterval: 3_600_000, log: logOf("there") });
});
afterAll(async () => {
  await other?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
  await set?.[Symbol.asyncDispose]();
});

/** Lets no change through the streams, or lets them flow again; everything else the database does. */
async function blockStreams(isBlocked: boolean): Promise<void> {
  // Out of time: an error that costs a stream its cursor and not its place.
  const failure = { failCommands: ["getMore", "aggregate"], errorCode: 50 };
  const client = system.database.connection.getClient();
  await (isBlocked ? failCommand(client, "alwaysOn", failure) : failCommand(client, "off"));
}

async function onBothNodes(client: Client, each: number): Promise<RecordingSocket[]> {
  const twin = other.twin(client);
  return Promise.all(Array.from({ length: each }, () => [client.connect(), twin.connect()]).flat());
}

test("a sign-out closes all of its session's sockets on both nodes within 2 s, and no other", async () => {
  const ada = await system.person("Ada");
  const ben = await system.person("Ben");
  await ada.befriend(ben);
  const ending = await onBothNodes(ada, 3);
  const staying = [...(await onBothNodes(await system.another(ada), 2)), ...(await onBothNodes(ben, 2))];

  expect((await ada.api.api.session.$delete()).status).toBe(204);
  const signedOut = performance.now();
  await Promise.all(ending.map((socket) => socket.closed()));
  expect(performance.now() - signedOut).toBeLessThan(2_000);
  for (const socket of ending) expect(socket.all("session")).toMatchObject([{ state: "ended" }]);

  const { id } = await ben.comment("to all who are left");
  await Promise.all(staying.map((socket) => socket.first("comment", (comment) => comment.id === id)));
  for (const socket of staying) expect([socket.disconnectReason, socket.all("session")]).toEqual([undefined, []]);
  for (const socket of ending) expect(socket.all("comment")).toEqual([]);
});

test("a node that closes takes with it who was online there, also those who had just come", async () => {
  const people = await Promise.all(["Ada", "Ben", "Cleo"].map((name) => system.person(name)));
  const { nodes, presence } = system.database.models;
  const third = await startNode(system);
  const before = await nodes.countDocuments();
  const [first, ...others] = people as [Client, ...Client[]];
  await third.twin(first).connect();
  await until(() => presence.countDocuments({ user: first.id }));
  await Promise.all(others.map((client) => third.twin(client).connect()));
  await third[Symbol.asyncDispose]();
  // At once: the others look for what nobody removed only every 5 s.
  expect(await presence.countDocuments({ user: { $in: people.map(({ id }) => id) } })).toBe(0);
  expect(await nodes.countDocuments()).toBe(before - 1);
});

test("where no change comes through, the sweep, at its default of 15 s, closes them within 30 s; a node that was cut off does so before it delivers again", {
  timeout: 90_000,
}, async () => {
  const ada = await system.person("Ada");
  const ben = await system.person("Ben");
  await ada.befriend(ben);
  const here = await Promise.all([ada.connect(), ada.connect()]);
  const [there, atBens] = (await Promise.all([other.twin(ada).connect(), other.twin(ben).connect()])) as [
    RecordingSocket,
    RecordingSocket,
  ];
  const stays = await ben.connect();
  try {
    ended.clear();
    await blockStreams(true);
    // What they asked for before is still answered.
    await until(() => ended.size === 2);
    const blocked = performance.now();
    // Not by a request: the pace of an author is read by an aggregate, too.
    const { id } = await insertComment(
      system.database.models.comments,
      ben.me as Person,
      "which a dead session must not hear",
    );
    expect((await ada.api.api.session.$delete()).status).toBe(204);
    const signedOut = performance.now();
    await Promise.all(
      here.map((socket) => until(() => socket.disconnectReason, { timeout: 30_000, what: "the sweep to close it" })),
    );
    expect(performance.now() - signedOut).toBeLessThan(30_000);
    expect([stays.disconnectReason, there.disconnectReason]).toEqual([undefined, undefined]);

    await until(() => performance.now() - blocked > staleAfter + 1_000, { timeout: 30_000 });
    await blockStreams(false);
    await until(() => atBens.all("comment").some((comment) => comment.id === id), { timeout: 30_000 });
    await there.closed();
    expect(there.all("session")).toMatchObject([{ state: "ended" }]);
    for (const socket of [...here, there]) expect(socket.all("comment")).toEqual([]);
    expect(stays.disconnectReason).toBeUndefined();
  } finally {
    await blockStreams(false);
  }
});
