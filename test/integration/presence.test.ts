import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../helpers/client.ts";
import { testPassword } from "../helpers/client.ts";
import { isOnline, type PresenceWorld, startPresenceWorld, told, untilTold } from "../helpers/presence.ts";
import { until } from "../helpers/until.ts";

let world: PresenceWorld;
beforeAll(async () => {
  world = await startPresenceWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());
afterEach(() => failing("off"));

/** Makes the database refuse to write who is online. */
async function failing(mode: "alwaysOn" | "off"): Promise<void> {
  const { connection } = world.system.database;
  const data = { failCommands: ["update", "delete"], errorCode: 50, namespace: `${connection.name}.presence` };
  const admin = connection.getClient().db("admin");
  await admin.command({ configureFailPoint: "failCommand", mode, ...(mode === "off" ? {} : { data }) });
}

describe("a person's friends", () => {
  test("are told that they came and went, on whatever node; strangers, and they themselves, hear nothing", async () => {
    const [ada, ben] = await world.friends();
    const [here, there] = await Promise.all([ben.connect(), world.other.twin(ben).connect()]);
    const atAdas = await ada.connect();
    await Promise.all([untilTold(here, ada, true), untilTold(there, ada, true)]);
    expect(await isOnline(ada, ben)).toBe(true);
    expect(await isOnline(ben, ada)).toBe(true);

    atAdas.close();
    await Promise.all([untilTold(here, ada, false), untilTold(there, ada, false)]);
    expect([told(here, ada), told(there, ada)]).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(await isOnline(ada, ben)).toBe(false);
    await world.passed();
    const heardByStrangers = world.strangers.flatMap((socket) => socket.all("presence"));
    expect([heardByStrangers, told(here, ben), told(there, ben)]).toEqual([[], [], []]);
  });

  test("hear of no absence while a tab on any node is left", async () => {
    const [ada, ben] = await world.friends();
    const atBens = await ben.connect();
    const [first, second] = await Promise.all([ada.connect(), ada.connect()]);
    const away = await world.other.twin(ada).connect();
    await until(async () => (await world.documentsOf(ada)) === 2);
    first.close();
    second.close();
    await until(async () => (await world.documentsOf(ada)) === 1);
    expect(await isOnline(ada, ben)).toBe(true);
    away.close();
    await until(async () => (await world.documentsOf(ada)) === 0);
    await untilTold(atBens, ada, false);
    expect(told(atBens, ada).filter((online) => !online)).toHaveLength(1);
  });

  test("hear nothing of a connection that is back within the grace", async () => {
    const [ada, ben] = await world.friends();
    const atBens = await ben.connect();
    let socket = await ada.connect();
    await untilTold(atBens, ada, true);
    for (let round = 0; round < 3; round++) {
      socket.close();
      await until(() => !world.system.realtime.connections.hasUser(ada.id));
      socket = await ada.connect();
    }
    // Somebody who goes after that, and stays away: whose grace was longer is gone by then, too.
    const cleo = await world.system.person("Cleo");
    await ben.befriend(cleo);
    const atCleos = await cleo.connect();
    await untilTold(atBens, cleo, true);
    atCleos.close();
    await untilTold(atBens, cleo, false);
    expect(told(atBens, ada)).toEqual([true]);
  });

  test("are those of the moment: new ones are told at once, former ones hear no more", async () => {
    const [ada, ben] = (await Promise.all([world.system.person("Ada"), world.system.person("Ben")])) as [
      Client,
      Client,
    ];
    const [atAdas, atBens] = await Promise.all([ada.connect(), world.other.twin(ben).connect()]);
    await until(async () => (await world.documentsOf(ada)) + (await world.documentsOf(ben)) === 2);
    await world.passed();
    expect([atAdas.all("presence"), atBens.all("presence")]).toEqual([[], []]);
    await ada.befriend(ben);
    await Promise.all([untilTold(atAdas, ben, true), untilTold(atBens, ada, true)]);
    const names = atBens.received.map(({ event }) => event);
    expect(names.indexOf("presence")).toBeGreaterThan(names.indexOf("friend"));

    await ben.unfriend(ada);
    await atBens.first("friend", ({ state }) => state === "none");
    atAdas.close();
    await until(async () => (await world.documentsOf(ada)) === 0);
    // Who comes later is told of later.
    const cleo = await world.system.person("Cleo");
    await ben.befriend(cleo);
    await cleo.connect();
    await untilTold(atBens, cleo, true);
    await world.passed();
    expect(told(atBens, ada)).toEqual([true]);
  });
});

describe("the list of friends", () => {
  test("read at a socket's time holds what the socket is not told", async () => {
    const [ada, ben] = await world.friends();
    await ada.connect();
    await until(async () => (await world.documentsOf(ada)) === 1);
    await world.passed();
    const atBens = await ben.connect();
    const { time } = await atBens.first("me");
    expect(await isOnline(ada, ben, time)).toBe(true);
    expect(told(atBens, ada)).toEqual([]);
  });

  test("refuses a time that has not come, and what is none", async () => {
    const ada = await world.system.person("Ada");
    const ahead = await ada.fetch("/api/friends?time=ffffffff00000000");
    expect([ahead.status, (await ahead.json()).code]).toEqual([400, "time_ahead"]);
    expect((await ada.fetch("/api/friends?time=now")).status).toBe(400);
  });
});

test("what could not be written is written as it is wanted once the database takes it", async () => {
  const [ada, ben] = await world.friends();
  const atBens = await ben.connect();
  await until(async () => (await world.documentsOf(ben)) === 1);
  await failing("alwaysOn");
  const leaving = await world.other.twin(ada).connect();
  await ada.connect();
  leaving.close();
  await until(() => !world.other.realtime.connections.hasUser(ada.id));
  await failing("off");
  await untilTold(atBens, ada, true);
  // The other node's grace is over, and nothing of it is left.
  await until(async () => (await world.documentsOf(ada)) === 1);
  expect(await isOnline(ada, ben)).toBe(true);
});

test("an account that is deleted leaves no presence", async () => {
  const [ada, ben] = await world.friends();
  const atBens = await ben.connect();
  await ada.connect();
  await untilTold(atBens, ada, true);
  const response = await ada.api.api.me.$delete({ json: { password: testPassword } });
  expect(response.status).toBe(204);
  expect(await world.documentsOf(ada)).toBe(0);
});
