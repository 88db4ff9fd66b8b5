import { ObjectId } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../shared/contracts/limits.ts";
import { pairOf } from "../../shared/friends/state.ts";
import type { Client } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const want = async (me: Client, other: Client) => {
  const response = await me.api.api.friends[":userId"].$put({ param: { userId: other.id } });
  return (await response.json()).state;
};
const unwant = async (me: Client, other: Client) => {
  const response = await me.api.api.friends[":userId"].$delete({ param: { userId: other.id } });
  return (await response.json()).state;
};
const list = async (client: Client, after?: string) =>
  (await client.api.api.friends.$get({ query: after ? { after } : {} })).json();

/** `count` friends of a person, written straight into the database. */
async function giveFriends(client: Client, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => new ObjectId());
  const { users, friendships } = system.database.models;
  await users.collection.insertMany(
    ids.map((_id, n) => ({
      _id,
      username: `u-${_id}`,
      displayName: `u-${n}`,
      firstName: "F",
      lastName: "L",
      sortName: `f ${String(n % 50).padStart(4, "0")}`,
    })) as never,
  );
  await friendships.collection.insertMany(
    ids.map((id) => {
      const pair = [id, new ObjectId(client.id)];
      return { _id: pairOf(String(id), client.id), users: pair, wants: pair };
    }) as never,
  );
  return ids.map(String);
}

describe("a pair", () => {
  test("goes from asking to friends and back, and every step may be repeated", async () => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    expect([await want(ada, ben), await want(ada, ben)]).toEqual(["outgoing", "outgoing"]);
    expect((await list(ben)).incoming).toEqual([ada.me]);
    expect((await list(ada)).outgoing).toEqual([ben.me]);
    expect([await want(ben, ada), await want(ben, ada), await want(ada, ben)]).toEqual([
      "friends",
      "friends",
      "friends",
    ]);
    expect((await list(ada)).friends).toEqual([{ ...ben.me, online: false }]);
    expect([await unwant(ada, ben), await unwant(ada, ben), await unwant(ben, ada)]).toEqual(["none", "none", "none"]);
    for (const each of [ada, ben])
      expect(await list(each)).toEqual({ friends: [], incoming: [], outgoing: [], blocked: [], next: null });
  });

  test("can be cancelled by who asked, and declined by who was asked", async () => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    await want(ada, ben);
    expect(await unwant(ada, ben)).toBe("none");
    await want(ada, ben);
    expect(await unwant(ben, ada)).toBe("none");
    expect((await list(ada)).outgoing).toEqual([]);
  });

  test("is one record when both ask at once", async () => {
    for (let round = 0; round < 5; round++) {
      const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
      await Promise.all([want(ada, ben), want(ben, ada), want(ada, ben), want(ben, ada)]);
      expect((await list(ada)).friends).toEqual([{ ...ben.me, online: false }]);
      expect(await system.database.models.friendships.countDocuments({ users: ada.id })).toBe(1);
    }
  });

  test("needs two people, and the other one to exist", async () => {
    const ada = await system.person("Ada");
    const statusOf = async (id: string) => (await ada.fetch(`/api/friends/${id}`, { method: "PUT" })).status;
    expect(await statusOf(ada.id)).toBe(400);
    expect(await statusOf(String(new ObjectId()))).toBe(404);
    expect(await statusOf("nonsense")).toBe(400);
  });
});

describe("the list of friends", () => {
  test("comes in pages by name, also among equal names, without gap or repetition", async () => {
    const ada = await system.person("Ada");
    const ids = await giveFriends(ada, limits.friendsPage + 60);
    const first = await list(ada);
    const second = await list(ada, first.next ?? "");
    expect([first.friends.length, second.friends.length]).toEqual([limits.friendsPage, 60]);
    expect(second.next).toBeNull();
    expect([...first.friends, ...second.friends].map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect((await ada.fetch("/api/friends?after=nonsense")).status).toBe(400);
  });

  test("says who is online: who has sockets on a node that is alive", async () => {
    const [ada, ben, cleo] = (await Promise.all(["Ada", "Ben", "Cleo"].map((name) => system.person(name)))) as [
      Client,
      Client,
      Client,
    ];
    await ada.befriend(ben);
    await ada.befriend(cleo);
    const { nodes, presence } = system.database.models;
    const add = async (user: string, lease: number) => {
      const node = crypto.randomUUID();
      await nodes.collection.insertOne({ _id: node, count: 1, lease: new Date(Date.now() + lease) } as never);
      await presence.collection.insertOne({ _id: `${user}:${node}`, user: new ObjectId(user), node } as never);
    };
    await add(ben.id, -1);
    await add(cleo.id, 60_000);
    const online = async () => (await list(ada)).friends.map((each) => [each.firstName, each.online]);
    expect(await online()).toEqual([
      ["Ben", false],
      ["Cleo", true],
    ]);
    await add(ben.id, 60_000);
    expect(await online()).toEqual([
      ["Ben", true],
      ["Cleo", true],
    ]);
  });

  test("ends at the most friends that one person can have", async () => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    await giveFriends(ada, limits.friends);
    await system.database.models.friendships.deleteOne({ users: ada.id });
    await want(ben, ada);
    expect(await want(ada, ben)).toBe("friends");
    const cleo = await system.person("Cleo");
    const response = await cleo.fetch(`/api/friends/${ada.id}`, { method: "PUT" });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: "too_many_friends", message: expect.stringContaining("5000") });
  });
});

describe("finding people", () => {
  test("compares the start of usernames and names, without case, and leaves oneself out", async () => {
    const ada = await system.person("Zoraida");
    const ben = await system.person("Zorro");
    const find = async (q: string) => {
      const response = await ada.api.api.users.$get({ query: { q } });
      return (await response.json()).people.map(({ firstName }) => firstName);
    };
    expect(await find("ZOR")).toEqual(["Zorro"]);
    expect(await find(ben.me?.username.slice(0, 8) ?? "")).toEqual(["Zorro"]);
    expect(await find("zorro t")).toEqual(["Zorro"]);
    expect(await find("orro")).toEqual([]);
    expect(await find(".*")).toEqual([]);
  });
});
