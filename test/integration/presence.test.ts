import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../helpers/client.ts";
import {
  isListedOnline,
  type PresenceScene,
  presenceTold,
  startPresenceScene,
  untilPresence,
} from "../helpers/presence.ts";
import { until } from "../helpers/until.ts";

let scene: PresenceScene;
beforeAll(async () => {
  scene = await startPresenceScene();
});
afterAll(() => scene?.[Symbol.asyncDispose]());
afterEach(() => scene.failing("off"));

describe("a person's friends", () => {
  test("are told that they came and went, on whatever node; strangers, and they themselves, hear nothing", async () => {
    const [ada, ben] = await scene.friends();
    const [here, there] = await Promise.all([ben.connect(), scene.other.twin(ben).connect()]);
    const atAdas = await ada.connect();
    await Promise.all([untilPresence(here, ada, true), untilPresence(there, ada, true)]);
    expect(await isListedOnline(ada, ben)).toBe(true);
    // Who was here before is in the list, and may have been told of before the socket joined.
    expect(await isListedOnline(ben, ada)).toBe(true);

    atAdas.close();
    await Promise.all([untilPresence(here, ada, false), untilPresence(there, ada, false)]);
    expect([presenceTold(here, ada), presenceTold(there, ada)]).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(await isListedOnline(ada, ben)).toBe(false);
    await scene.passed();
    const heardByStrangers = scene.watches.flatMap((socket) => socket.all("presence"));
    expect([heardByStrangers, presenceTold(here, ben), presenceTold(there, ben)]).toEqual([[], [], []]);
  });

  test("hear of no absence while a tab on any node is left", async () => {
    const [ada, ben] = await scene.friends();
    const atBens = await ben.connect();
    const [first, second] = await Promise.all([ada.connect(), ada.connect()]);
    const away = await scene.other.twin(ada).connect();
    await until(async () => (await scene.documentsOf(ada)) === 2);
    first.close();
    second.close();
    await until(async () => (await scene.documentsOf(ada)) === 1);
    expect(await isListedOnline(ada, ben)).toBe(true);
    away.close();
    await until(async () => (await scene.documentsOf(ada)) === 0);
    await untilPresence(atBens, ada, false);
    expect(presenceTold(atBens, ada).filter((online) => !online)).toHaveLength(1);
  });

  test("hear nothing of a connection that is back within the grace", async () => {
    const [ada, ben] = await scene.friends();
    const atBens = await ben.connect();
    let socket = await ada.connect();
    await untilPresence(atBens, ada, true);
    for (let round = 0; round < 3; round++) {
      socket.close();
      await until(() => !scene.system.realtime.connections.hasUser(ada.id));
      socket = await ada.connect();
    }
    // Somebody who goes after that, and stays away: whose grace was longer is gone by then, too.
    const cleo = await scene.system.person("Cleo");
    await ben.befriend(cleo);
    const atCleos = await cleo.connect();
    await untilPresence(atBens, cleo, true);
    atCleos.close();
    await untilPresence(atBens, cleo, false);
    expect(presenceTold(atBens, ada)).toEqual([true]);
  });

  test("are those of the moment: new ones are told at once, former ones hear no more", async () => {
    const [ada, ben] = (await Promise.all([scene.system.person("Ada"), scene.system.person("Ben")])) as [
      Client,
      Client,
    ];
    const [atAdas, atBens] = await Promise.all([ada.connect(), scene.other.twin(ben).connect()]);
    await until(async () => (await scene.documentsOf(ada)) + (await scene.documentsOf(ben)) === 2);
    await scene.passed();
    expect([atAdas.all("presence"), atBens.all("presence")]).toEqual([[], []]);
    await ada.befriend(ben);
    await Promise.all([untilPresence(atAdas, ben, true), untilPresence(atBens, ada, true)]);
    const names = atBens.received.map(({ event }) => event);
    expect(names.indexOf("presence")).toBeGreaterThan(names.indexOf("friend"));

    await ben.unfriend(ada);
    await atBens.first("friend", ({ state }) => state === "none");
    atAdas.close();
    await until(async () => (await scene.documentsOf(ada)) === 0);
    // Presence is told beside the stream, in its own order: who comes after this is told of after it.
    const cleo = await scene.system.person("Cleo");
    await ben.befriend(cleo);
    await scene.passed();
    await cleo.connect();
    await untilPresence(atBens, cleo, true);
    expect(presenceTold(atBens, ada)).toEqual([true]);
  });
});

describe("the list of friends", () => {
  test("read at a socket's time holds what the socket is not told", async () => {
    const [ada, ben] = await scene.friends();
    await ada.connect();
    await until(async () => (await scene.documentsOf(ada)) === 1);
    await scene.passed();
    const atBens = await ben.connect();
    const { time } = await atBens.first("me");
    expect(await isListedOnline(ada, ben, time)).toBe(true);
    expect(presenceTold(atBens, ada)).toEqual([]);
  });

  test("refuses a time that has not come, and what is none", async () => {
    const ada = await scene.system.person("Ada");
    const ahead = await ada.fetch("/api/friends?time=ffffffff00000000");
    expect([ahead.status, (await ahead.json()).code]).toEqual([400, "time_ahead"]);
    expect((await ada.fetch("/api/friends?time=now")).status).toBe(400);
  });
});

test("what could not be written is written as it is wanted once the database takes it", async () => {
  const [ada, ben] = await scene.friends();
  const atBens = await ben.connect();
  await until(async () => (await scene.documentsOf(ben)) === 1);
  await scene.failing("alwaysOn");
  const leaving = await scene.other.twin(ada).connect();
  await ada.connect();
  leaving.close();
  await until(() => !scene.other.realtime.connections.hasUser(ada.id));
  await scene.failing("off");
  await untilPresence(atBens, ada, true);
  // The other node's grace is over, and nothing of it is left.
  await until(async () => (await scene.documentsOf(ada)) === 1);
  expect(await isListedOnline(ada, ben)).toBe(true);
});

test("an account that is deleted leaves no presence", async () => {
  const [ada, ben] = await scene.friends();
  const atBens = await ben.connect();
  await ada.connect();
  await untilPresence(atBens, ada, true);
  const response = await ada.api.api.me.$delete({ json: { password: "correct horse battery staple" } });
  expect(response.status).toBe(204);
  expect(await scene.documentsOf(ada)).toBe(0);
});
