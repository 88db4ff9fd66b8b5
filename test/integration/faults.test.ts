import { Timestamp } from "mongodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../helpers/client.ts";
import { failCommand } from "../helpers/fail-point.ts";
import { type OwnSet, startOwnSet } from "../helpers/own-set.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let set: OwnSet;
let system: System;
/** What realtime warns of. */
const warnings: string[] = [];
const log = { debug() {}, info() {}, error() {}, warn: (_: object, text: string) => void warnings.push(text) };
beforeAll(async () => {
  set = await startOwnSet();
  system = await startSystem({ environment: { MONGODB_URI: set.uri }, log: log as never });
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await set?.[Symbol.asyncDispose]();
});

/** An error that the driver neither retries nor takes for the end of the server: out of time. */
const outOfTime = 50;
const historyLost = 286;

/** Makes the server fail so many of these commands, on one collection if one is named. */
async function failing(
  failCommands: string[],
  errorCode: number,
  times: number | "alwaysOn" | "off",
  collection?: string,
) {
  const { connection } = system.database;
  const namespace = collection ? { namespace: `${connection.name}.${collection}` } : {};
  const failure = { failCommands, errorCode, ...namespace };
  await failCommand(connection.getClient(), times, times === "off" ? undefined : failure);
}
afterEach(() => failing([], 0, "off"));

async function pair(): Promise<[Client, Client]> {
  const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
  await ada.befriend(ben);
  return [ada, ben];
}

describe("a node", () => {
  test("hands over again what it could not deliver, once", async () => {
    const [ada, ben] = await pair();
    const socket = await ben.connect();
    await failing(["find"], outOfTime, 3, "friendships");
    const first = await ada.comment("delivered in the end");
    const second = await ada.comment("and in its order");
    await socket.first("comment", ({ id }) => id === second.id);
    expect(socket.all("comment")).toEqual([first, second]);
    expect(socket.all("resync")).toEqual([]);
  });

  test("that lost its place knows what changed meanwhile, and lets everybody load anew", async () => {
    const [ada, ben] = await pair();
    const gone = await system.person("Gone");
    const [atAdas, atBens, atGones] = await Promise.all([ada.connect(), ben.connect(), gone.connect()]);
    await ada.comment("so that the audience is known");
    await atBens.first("comment");

    // The place is no longer in the oplog, and what happens now comes by no stream.
    const { models, connection } = system.database;
    await failing(["getMore", "aggregate"], historyLost, "alwaysOn");
    const earlier = warnings.length;
    await until(() => warnings.slice(earlier).includes("the change stream ended; it is opened again"));
    await models.friendships.updateMany({ users: ada.id }, { $set: { wants: [] } });
    await connection.collection("sessions").deleteMany({ user: gone.id });
    await failing([], 0, "off");

    await Promise.all([atAdas.first("resync"), atBens.first("resync")]);
    expect(await atGones.closed()).toBe("io server disconnect");
    const comment = await ada.comment("to nobody else");
    await atAdas.first("comment", ({ id }) => id === comment.id);
    expect(atBens.all("comment")).toHaveLength(1);
  });

  test.each([
    ["outbox", { to: "x", event: "notice" }],
    ["outbox", { to: { friendsOf: "nonsense" }, event: "notice" }],
    ["comments", { author: "someone", body: "x", at: new Timestamp({ t: 1, i: 1 }) }],
    ["friendships", { _id: "odd", users: [], wants: [] }],
  ])("passes over what nobody can read in %s, and lets everybody load anew", async (collection, document) => {
    const [ada, ben] = await pair();
    const socket = await ben.connect();
    await system.database.connection.collection(collection).insertOne(document as never);
    await socket.first("resync");
    const comment = await ada.comment("after it");
    expect(await socket.first("comment")).toEqual(comment);
    expect(socket.disconnectReason).toBeUndefined();
  });

  test("outlives its database being dropped", { timeout: 40_000 }, async () => {
    const [ada, ben] = await pair();
    const socket = await ben.connect();
    const { connection } = system.database;
    const users = await connection.collection("users").find().toArray();
    const sessions = await connection.collection("sessions").find().toArray();
    const friendships = await connection.collection("friendships").find().toArray();
    await connection.dropDatabase();
    await connection.collection("users").insertMany(users);
    await connection.collection("sessions").insertMany(sessions);
    await connection.collection("friendships").insertMany(friendships);
    await socket.first("resync").catch(() => socket.closed());
    const again = socket.disconnectReason ? await ben.connect() : socket;
    const comment = await ada.comment("after it");
    await again.first("comment", ({ id }) => id === comment.id);
  });
});

describe("a sign-out", () => {
  test.each(["update", "delete"])("that fails at its %s keeps the cookie, and can be done again", async (command) => {
    const ada = await system.person("Ada");
    const socket = await ada.connect();
    const cookie = ada.cookieHeader;
    await failing([command], outOfTime, 1, "sessions");
    const failed = await ada.fetch("/api/session", { method: "DELETE" });
    expect([failed.status, failed.headers.getSetCookie()]).toEqual([503, []]);
    expect(ada.cookieHeader).toBe(cookie);
    expect((await ada.fetch("/api/session", { method: "DELETE" })).status).toBe(204);
    await socket.closed();
    expect((await ada.fetch("/api/me", { headers: { cookie } })).status).toBe(401);
  });
});

test("a sign-in that is said to have failed has failed", async () => {
  const ada = await system.person("Ada");
  const other = system.client();
  await failing(["update"], outOfTime, 1, "sessions");
  const json = { username: ada.me?.username ?? "", password: "correct horse battery staple" };
  const response = await other.api.api.session.$post({ json });
  expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
});
