import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client, RecordingSocket } from "../helpers/client.ts";
import { testPassword } from "../helpers/client.ts";
import { block, feedOf, unblock, unwant, want } from "../helpers/pairs.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

async function twoPeople() {
  const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
  const connect = async () => {
    // What came before is passed by then: a socket hears everything after its `me`, however late the stream is.
    await told(ada, await ada.connect());
    return (await Promise.all([ada.connect(), ben.connect()])) as [RecordingSocket, RecordingSocket];
  };
  return { ada, ben, connect };
}

/** The states that a socket was told, and everything else but its `me`, once the stream has passed all of before. */
async function told(client: Client, socket: RecordingSocket): Promise<string[]> {
  const { id } = await client.comment("the stream has passed it");
  await socket.first("comment", (comment) => comment.id === id);
  return socket.received.flatMap(({ event, payload }) => {
    // That the other one came may be told after the friendship, and says nothing of it.
    if (event === "me" || event === "presence") return [];
    if (event === "comment" && (payload as { id: string }).id === id) return [];
    return event === "friend" ? (payload as { state: string }).state : event;
  });
}

const bothTold = async (ada: Client, atAdas: RecordingSocket, ben: Client, atBens: RecordingSocket) => [
  await told(ada, atAdas),
  await told(ben, atBens),
];

describe("a block", () => {
  test("between strangers is told to all of the blocker's sockets and to nobody else, each time", async () => {
    const { ada, ben, connect } = await twoPeople();
    const [atAdas, atBens] = await connect();
    const onPhone = await ada.connect();
    await block(ada, ben);
    expect(await onPhone.first("friend")).toMatchObject({ person: ben.me, state: "blocked" });
    expect(await told(ada, atAdas)).toEqual(["blocked"]);
    // Neither an end nor a repetition shows at the other side, and what changes nothing shows nowhere.
    await block(ada, ben);
    await unblock(ada, ben);
    await unblock(ada, ben);
    await atAdas.first("friend", ({ state }) => state === "none");
    await block(ada, ben);
    expect((await told(ada, atAdas)).filter((each) => each !== "comment")).toEqual(["blocked", "none", "blocked"]);
    expect(await told(ben, atBens)).toEqual([]);
  });

  test.each(["a friend", "who asks", "who was asked"])("is to %s what an unfriending is", async (kind) => {
    const prepare = async () => {
      const two = await twoPeople();
      if (kind === "a friend") await two.ada.befriend(two.ben);
      if (kind === "who asks") await want(two.ben, two.ada);
      if (kind === "who was asked") await want(two.ada, two.ben);
      const [atAdas, atBens] = await two.connect();
      return { ...two, atAdas, atBens };
    };
    const [blocked, unfriended] = [await prepare(), await prepare()];
    await block(blocked.ada, blocked.ben);
    await unwant(unfriended.ada, unfriended.ben);
    expect(await blocked.atBens.first("friend")).toMatchObject({ person: blocked.ada.me, state: "none" });
    expect(await told(blocked.ben, blocked.atBens)).toEqual(["none"]);
    expect(await told(unfriended.ben, unfriended.atBens)).toEqual(["none"]);
    expect(await told(blocked.ada, blocked.atAdas)).toEqual(["blocked"]);
  });

  test("keeps what the blocked one wishes from the blocker, on sockets too", async () => {
    const { ada, ben, connect } = await twoPeople();
    await block(ada, ben);
    const [atAdas, atBens] = await connect();
    await want(ben, ada);
    await atBens.first("friend", ({ state }) => state === "outgoing");
    await unwant(ben, ada);
    await atBens.first("friend", ({ state }) => state === "none");
    await want(ben, ada);
    expect(await bothTold(ada, atAdas, ben, atBens)).toEqual([[], ["outgoing", "none", "outgoing"]]);
  });

  test("that ends takes back a wish made meanwhile, as a decline would", async () => {
    const { ada, ben, connect } = await twoPeople();
    await block(ada, ben);
    await want(ben, ada);
    const [atAdas, atBens] = await connect();
    await unblock(ada, ben);
    expect(await bothTold(ada, atAdas, ben, atBens)).toEqual([["none"], ["none"]]);
  });

  test("of both shows neither what the other one does", async () => {
    const { ada, ben, connect } = await twoPeople();
    await block(ben, ada);
    await want(ada, ben);
    const [atAdas, atBens] = await connect();
    await block(ada, ben);
    await atAdas.first("friend", ({ state }) => state === "blocked");
    await unblock(ada, ben);
    await atAdas.first("friend", ({ state }) => state === "none");
    await block(ada, ben);
    await atAdas.first("friend", ({ state }) => state === "blocked");
    expect(await told(ben, atBens)).toEqual([]);
    await unblock(ben, ada);
    await atBens.first("friend", ({ state }) => state === "none");
    expect((await told(ada, atAdas)).filter((each) => each !== "comment")).toEqual(["blocked", "none", "blocked"]);
  });

  test("lets no comment through, in neither direction, live or read; its end alone does not either", async () => {
    const { ada, ben, connect } = await twoPeople();
    await ada.befriend(ben);
    const [atAdas, atBens] = await connect();
    await Promise.all([ada.comment("Ada, while friends"), ben.comment("Ben, while friends")]);
    for (const socket of [atAdas, atBens]) await socket.first("comment", ({ author }) => author.id !== ada.id);
    await atBens.first("comment", ({ author }) => author.id === ada.id);
    const bodies = (socket: RecordingSocket) => socket.all("comment").map(({ body }) => body);
    const read = async (client: Client) => (await feedOf(client)).comments.map(({ body }) => body);
    const say = async (when: string) => {
      const said = await Promise.all([ada.comment(`Ada, ${when}`), ben.comment(`Ben, ${when}`)]);
      await atAdas.first("comment", ({ id }) => id === said[0].id);
      await atBens.first("comment", ({ id }) => id === said[1].id);
    };

    await block(ada, ben);
    await say("blocked");
    await want(ben, ada);
    await say("still blocked");
    await unblock(ada, ben);
    await say("unblocked");
    for (const [client, socket, name] of [
      [ada, atAdas, "Ada"],
      [ben, atBens, "Ben"],
    ] as const) {
      const own = ["blocked", "still blocked", "unblocked"].map((when) => `${name}, ${when}`);
      expect(bodies(socket).slice(2)).toEqual(own);
      expect((await read(client)).slice(0, 4)).toEqual([...own.toReversed(), `${name}, while friends`]);
    }
    await ada.befriend(ben);
    await ada.comment("Ada, friends again");
    await atBens.first("comment", ({ body }) => body === "Ada, friends again");
  });
});

describe("an account that is deleted", () => {
  const remove = (client: Client) =>
    client.fetch("/api/me", {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ password: testPassword }),
    });

  test("tells nobody whom it blocked", async () => {
    const { ada, ben, connect } = await twoPeople();
    await block(ada, ben);
    const [, atBens] = await connect();
    expect((await remove(ada)).status).toBe(204);
    expect(await told(ben, atBens)).toEqual([]);
  });

  test("goes from the lists of who blocks it", async () => {
    const { ada, ben, connect } = await twoPeople();
    await block(ada, ben);
    const [atAdas] = await connect();
    expect((await remove(ben)).status).toBe(204);
    expect(await atAdas.first("friend")).toMatchObject({ person: { id: ben.id }, state: "none" });
    expect(await told(ada, atAdas)).toEqual(["none"]);
    expect(await system.database.models.friendships.countDocuments({ users: ben.id })).toBe(0);
  });
});
