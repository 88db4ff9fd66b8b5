import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { notify } from "../../shared/notify.ts";
import type { Client } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

async function friends(...names: string[]): Promise<Client[]> {
  const people = await Promise.all(names.map((name) => system.person(name)));
  const [first, ...others] = people as [Client, ...Client[]];
  for (const other of others) await first.befriend(other);
  return people;
}

describe("a comment", () => {
  test("reaches the author's and the friends' sockets once, with its place, and nobody else", async () => {
    const [ada, ben] = (await friends("Ada", "Ben")) as [Client, Client];
    const eve = await system.person("Eve");
    const [onDesk, onPhone, atBens, atEves] = await Promise.all([
      ada.connect(),
      ada.connect(),
      ben.connect(),
      eve.connect(),
    ]);

    const first = await ada.comment("Hello");
    const second = await ada.comment("Hello again");
    for (const socket of [onDesk, onPhone, atBens]) {
      await socket.first("comment", ({ id }) => id === second.id);
      expect(socket.all("comment")).toEqual([first, second]);
    }
    // What Eve's own comment proves: the stream has passed all of the above.
    const own = await eve.comment("Anybody here?");
    await atEves.first("comment");
    expect(atEves.all("comment")).toEqual([own]);
    expect(first.position < second.position).toBe(true);
  });

  test("stops reaching who is no longer a friend, and starts again, by commit order", async () => {
    const [ada, ben] = (await friends("Ada", "Ben")) as [Client, Client];
    const [atAdas, atBens] = await Promise.all([ada.connect(), ben.connect()]);
    const early = await ada.comment("while friends");
    // Strangers before it is delivered, Ben need not be shown it.
    await atBens.first("comment", ({ id }) => id === early.id);
    await ben.unfriend(ada);
    const stranger = await ada.comment("while strangers");
    // Friends again before it is delivered, they might be shown it.
    await atAdas.first("comment", ({ id }) => id === stranger.id);
    await ada.befriend(ben);
    const last = await ada.comment("friends again");

    await atBens.first("comment", ({ id }) => id === last.id);
    expect(atBens.all("comment").map(({ body }) => body)).toEqual(["while friends", "friends again"]);
    await atAdas.first("comment", ({ id }) => id === last.id);
    expect(atAdas.all("comment")).toHaveLength(3);
  });

  test("by somebody who is not here, with no friend who is, reaches nobody; nor does its removal", async () => {
    const [ada, eve] = (await Promise.all([system.person("Ada"), system.person("Eve")])) as [Client, Client];
    const atEves = await eve.connect();
    const { id } = await ada.comment("to nobody");
    await ada.api.api.comments[":id"].$delete({ param: { id } });
    await eve.comment("the stream has passed it");
    await atEves.first("comment");
    expect(atEves.received.map(({ event }) => event)).toEqual(["me", "comment"]);
  });

  test("bears the name that its author has when it is delivered", async () => {
    const ada = await system.person("Ada");
    const socket = await ada.connect();
    await ada.comment("by Ada");
    await socket.first("comment");
    await system.database.models.users.updateOne({ _id: ada.id }, { $set: { firstName: "Adele" } });
    const { id } = await ada.comment("by Adele");
    expect((await socket.first("comment", (comment) => comment.id === id)).author.firstName).toBe("Adele");
  });

  test("that came before a socket is before its time", async () => {
    const ada = await system.person("Ada");
    const earlier = await ada.connect();
    const comment = await ada.comment("delivered");
    await earlier.first("comment");
    const { time } = await (await ada.connect()).first("me");
    expect(time >= comment.position).toBe(true);
  });

  test("that is removed is taken back from whoever was shown it", async () => {
    const [ada, ben] = (await friends("Ada", "Ben")) as [Client, Client];
    const atBens = await ben.connect();
    const comment = await ada.comment("never mind");
    await atBens.first("comment");
    expect((await ada.api.api.comments[":id"].$delete({ param: { id: comment.id } })).status).toBe(204);
    const removal = await atBens.first("commentRemoved");
    expect(removal.id).toBe(comment.id);
    expect(removal.position > comment.position).toBe(true);
  });
});

describe("a friendship", () => {
  test("is told live to both sides, each as it sees it, with a notice to who is asked", async () => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    const [atAdas, atBens] = await Promise.all([ada.connect(), ben.connect()]);
    const states = (socket: typeof atAdas) => socket.all("friend").map(({ state }) => state);

    await ada.api.api.friends[":userId"].$put({ param: { userId: ben.id } });
    const time = expect.stringMatching(/^[0-9a-f]{16}$/);
    expect(await atBens.first("friend")).toEqual({ person: ada.me, state: "incoming", time });
    expect(await atAdas.first("friend")).toEqual({ person: ben.me, state: "outgoing", time });
    expect(await atBens.first("notice")).toEqual({ kind: "friendRequest", from: ada.me });

    await ben.api.api.friends[":userId"].$put({ param: { userId: ada.id } });
    await atAdas.first("friend", ({ state }) => state === "friends");
    await atBens.first("friend", ({ state }) => state === "friends");
    await ada.unfriend(ben);
    await atAdas.first("friend", ({ state }) => state === "none");
    await atBens.first("friend", ({ state }) => state === "none");
    expect(states(atAdas)).toEqual(["outgoing", "friends", "none"]);
    expect(states(atBens)).toEqual(["incoming", "friends", "none"]);
    expect(atAdas.all("notice")).toEqual([]);
    expect(atBens.all("notice")).toHaveLength(1);
  });
});

describe("notify", () => {
  test("reaches every socket of a user, of a session, or of a user's friends, from a process without sockets", async () => {
    const [ada, ben, cleo] = (await friends("Ada", "Ben", "Cleo")) as [Client, Client, Client];
    const sockets = await Promise.all([ada.connect(), ben.connect(), ben.connect(), cleo.connect()]);
    const { outbox } = system.database.models;
    const record = await system.database.connection.collection("sessions").findOne({ user: cleo.id });
    const notice = { kind: "friendRequest", from: cleo.me } as const;
    const counts = () => sockets.map((socket) => socket.all("notice").filter(({ from }) => from.id === cleo.id).length);

    await notify(outbox, { user: ben.id }, "notice", notice as never);
    await notify(outbox, { friendsOf: ada.id }, "notice", notice as never);
    await notify(outbox, { session: String(record?._id) }, "notice", notice as never);
    await notify(outbox, { user: ada.id }, "notice", notice as never);
    await sockets[0]?.first("notice", ({ from }) => from.id === cleo.id);
    expect(counts()).toEqual([1, 2, 2, 2]);
  });

  test("refuses what does not fit the contract, and what was written past it goes nowhere", async () => {
    const ada = await system.person("Ada");
    const socket = await ada.connect();
    const { outbox } = system.database.models;
    await expect(notify(outbox, { user: ada.id }, "notice", { kind: "nonsense" } as never)).rejects.toThrow();
    for (const event of ["notice", "disconnect", "__proto__", "unheard of"]) {
      await outbox.collection.insertOne({ to: { user: ada.id }, event, payload: { kind: "nonsense" } } as never);
    }
    await ada.comment("the stream has passed all of these");
    await socket.first("comment");
    expect(socket.received.map(({ event }) => event)).toEqual(["me", "comment"]);
  });
});
