import { ObjectId } from "mongodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Client, RecordingSocket } from "../helpers/client.ts";
import { type Node, startNode } from "../helpers/node.ts";
import { type OwnSet, startOwnSet } from "../helpers/own-set.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

/** Short, but longer than a reconnection takes. */
const presenceGrace = 1_000;
const reapInterval = 200;

let set: OwnSet;
let system: System;
let other: Node;
/** A stranger, by whom is told how far each node has come. */
let eve: Client;
let watches: RecordingSocket[];
beforeAll(async () => {
  set = await startOwnSet();
  system = await startSystem({ environment: { MONGODB_URI: set.uri }, presenceGrace, reapInterval });
  other = await startNode(system, { presenceGrace, reapInterval });
  eve = await system.person("Eve");
  watches = await Promise.all([eve.connect(), other.twin(eve).connect()]);
});
afterAll(async () => {
  await other?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
  await set?.[Symbol.asyncDispose]();
});
afterEach(() => failing("off"));

/** Makes the database refuse writes to a collection. */
async function failing(mode: "alwaysOn" | "off", collection = "presence"): Promise<void> {
  const { connection } = system.database;
  const data = { failCommands: ["update", "delete"], errorCode: 50, namespace: `${connection.name}.${collection}` };
  const admin = connection.getClient().db("admin");
  await admin.command({ configureFailPoint: "failCommand", mode, ...(mode === "off" ? {} : { data }) });
}

async function friends(): Promise<[Client, Client]> {
  const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
  await ada.befriend(ben);
  await passed();
  return [ada, ben];
}

/** Waits until both nodes have delivered everything that was written before. */
async function passed(): Promise<void> {
  const { id } = await eve.comment("the stream has passed what was before");
  await Promise.all(watches.map((socket) => socket.first("comment", (comment) => comment.id === id)));
}

/** What a socket was told of a person, in order. */
const told = (socket: RecordingSocket, { id }: { id: string }) =>
  socket.all("presence").flatMap((each) => (each.id === id ? each.online : []));
const untilTold = (socket: RecordingSocket, whom: { id: string }, online: boolean) =>
  until(() => told(socket, whom).at(-1) === online, { what: `presence ${online}` });
const documentsOf = ({ id }: Client) => system.database.models.presence.countDocuments({ user: id });
async function isOnline(of: Client, asked: Client, time?: string): Promise<boolean | undefined> {
  const page = await (await asked.api.api.friends.$get({ query: time ? { time } : {} })).json();
  return page.friends.find(({ id }) => id === of.id)?.online;
}

describe("a person's friends", () => {
  test("are told that they came and went, on whatever node; strangers, and they themselves, hear nothing", async () => {
    const [ada, ben] = await friends();
    const [here, there] = await Promise.all([ben.connect(), other.twin(ben).connect()]);
    const atAdas = await ada.connect();
    await Promise.all([untilTold(here, ada, true), untilTold(there, ada, true)]);
    expect(await isOnline(ada, ben)).toBe(true);
    await untilTold(atAdas, ben, true);

    atAdas.close();
    await Promise.all([untilTold(here, ada, false), untilTold(there, ada, false)]);
    expect([told(here, ada), told(there, ada)]).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(await isOnline(ada, ben)).toBe(false);
    await passed();
    const heardByStrangers = watches.flatMap((socket) => socket.all("presence"));
    expect([heardByStrangers, told(here, ben), told(there, ben)]).toEqual([[], [], []]);
  });

  test("hear of no absence while a tab on any node is left", async () => {
    const [ada, ben] = await friends();
    const atBens = await ben.connect();
    const [first, second] = await Promise.all([ada.connect(), ada.connect()]);
    const away = await other.twin(ada).connect();
    await until(async () => (await documentsOf(ada)) === 2);
    first.close();
    second.close();
    await until(async () => (await documentsOf(ada)) === 1);
    await passed();
    expect(new Set(told(atBens, ada))).toEqual(new Set([true]));
    expect(await isOnline(ada, ben)).toBe(true);
    away.close();
    await untilTold(atBens, ada, false);
  });

  test("hear nothing of a connection that is back within the grace", async () => {
    const [ada, ben] = await friends();
    const atBens = await ben.connect();
    let socket = await ada.connect();
    await untilTold(atBens, ada, true);
    for (let round = 0; round < 3; round++) {
      socket.close();
      await until(() => !system.realtime.connections.hasUser(ada.id));
      socket = await ada.connect();
    }
    // Somebody who goes after that, and stays away: whose grace was longer is gone by then, too.
    const cleo = await system.person("Cleo");
    await ben.befriend(cleo);
    const atCleos = await cleo.connect();
    await untilTold(atBens, cleo, true);
    atCleos.close();
    await untilTold(atBens, cleo, false);
    expect(told(atBens, ada)).toEqual([true]);
  });

  test("are those of the moment: new ones are told at once, former ones hear no more", async () => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    const [atAdas, atBens] = await Promise.all([ada.connect(), other.twin(ben).connect()]);
    await until(async () => (await documentsOf(ada)) + (await documentsOf(ben)) === 2);
    await passed();
    expect([atAdas.all("presence"), atBens.all("presence")]).toEqual([[], []]);
    await ada.befriend(ben);
    await Promise.all([untilTold(atAdas, ben, true), untilTold(atBens, ada, true)]);
    const names = atBens.received.map(({ event }) => event);
    expect(names.indexOf("presence")).toBeGreaterThan(names.indexOf("friend"));

    await ben.unfriend(ada);
    await atBens.first("friend", ({ state }) => state === "none");
    atAdas.close();
    await until(async () => (await documentsOf(ada)) === 0);
    await passed();
    expect(told(atBens, ada)).toEqual([true]);
  });
});

describe("the list of friends", () => {
  test("read at a socket's time holds what the socket is not told", async () => {
    const [ada, ben] = await friends();
    await ada.connect();
    await until(async () => (await documentsOf(ada)) === 1);
    await passed();
    const atBens = await ben.connect();
    const { time } = await atBens.first("me");
    expect(await isOnline(ada, ben, time)).toBe(true);
    expect(told(atBens, ada)).toEqual([]);
  });

  test("refuses a time that has not come, and what is none", async () => {
    const ada = await system.person("Ada");
    const ahead = await ada.fetch("/api/friends?time=ffffffff00000000");
    expect([ahead.status, (await ahead.json()).code]).toEqual([400, "time_ahead"]);
    expect((await ada.fetch("/api/friends?time=now")).status).toBe(400);
  });
});

test("what could not be written is written as it is wanted once the database takes it", async () => {
  const [ada, ben] = await friends();
  const atBens = await ben.connect();
  await until(async () => (await documentsOf(ben)) === 1);
  await failing("alwaysOn");
  const leaving = await other.twin(ada).connect();
  await ada.connect();
  leaving.close();
  await until(() => !other.realtime.connections.hasUser(ada.id));
  await failing("off");
  await untilTold(atBens, ada, true);
  // The other node's grace is over, and nothing of it is left.
  await until(async () => (await documentsOf(ada)) === 1);
  expect(await isOnline(ada, ben)).toBe(true);
});

describe("a node that is gone", () => {
  /** People of a node that was killed, as it left them; none has a record with `lease` undefined. */
  async function dead(people: ObjectId[], lease: Date | undefined): Promise<string> {
    const node = crypto.randomUUID();
    const { nodes, presence } = system.database.models;
    if (lease) await nodes.collection.insertOne({ _id: node, count: 1, lease } as never);
    await presence.collection.insertMany(people.map((user) => ({ _id: `${user}:${node}`, user, node })) as never);
    return node;
  }
  const left = (node: string) => system.database.models.presence.countDocuments({ node });

  test("has nobody online once its lease has ended, and friends are told", async () => {
    const [ada, ben] = await friends();
    const atBens = await ben.connect();
    const node = await dead([new ObjectId(ada.id)], new Date(Date.now() + 2_000));
    await untilTold(atBens, ada, true);
    expect(await isOnline(ada, ben)).toBe(true);
    await untilTold(atBens, ada, false);
    expect(told(atBens, ada)).toEqual([true, false]);
    expect(await system.database.models.nodes.countDocuments({ _id: node })).toBe(0);
  });

  test("is cleared away also where whoever began that died, too, however many people it had", async () => {
    const people = Array.from({ length: 1_200 }, () => new ObjectId());
    const node = await dead(people, undefined);
    await until(async () => (await left(node)) === 0);
  });

  test("leaves those online who are on another one", async () => {
    const [ada, ben] = await friends();
    const atBens = await ben.connect();
    await other.twin(ada).connect();
    await untilTold(atBens, ada, true);
    const node = await dead([new ObjectId(ada.id)], new Date(0));
    await until(async () => (await left(node)) === 0);
    await passed();
    expect(new Set(told(atBens, ada))).toEqual(new Set([true]));
  });
});

test("an outage that outlived every lease leaves nobody offline who is there", async () => {
  const [ada, ben] = await friends();
  const atBens = await ben.connect();
  await other.twin(ada).connect();
  await untilTold(atBens, ada, true);
  const { nodes } = system.database.models;
  const former = await nodes.distinct("_id");
  await nodes.collection.updateMany({}, { $set: { lease: new Date(0) } });
  await untilTold(atBens, ada, false);
  await untilTold(atBens, ada, true);
  expect(await isOnline(ada, ben)).toBe(true);
  await until(async () => (await nodes.countDocuments()) === former.length);
  expect(await nodes.countDocuments({ _id: { $in: former } })).toBe(0);
});

test("an account that is deleted leaves no presence", async () => {
  const [ada, ben] = await friends();
  const atBens = await ben.connect();
  await ada.connect();
  await untilTold(atBens, ada, true);
  const response = await ada.api.api.me.$delete({ json: { password: "correct horse battery staple" } });
  expect(response.status).toBe(204);
  expect(await documentsOf(ada)).toBe(0);
});
