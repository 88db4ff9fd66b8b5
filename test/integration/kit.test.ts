import { Timestamp } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../shared/contracts/limits.ts";
import type { Client } from "../helpers/client.ts";
import { startKit } from "../helpers/kit.ts";
import { type Node, startNode } from "../helpers/node.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

async function friends(): Promise<[Client, Client]> {
  const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
  await ada.befriend(ben);
  return [ada, ben];
}
const removeComment = (client: Client, id: string) => client.api.api.comments[":id"].$delete({ param: { id } });

/** Away for as long as `work` takes, as a network is that comes back. */
async function whileAway(kit: ReturnType<typeof startKit>, work: () => Promise<unknown>): Promise<void> {
  kit.feed.stop();
  await work();
  kit.states.length = 0;
  kit.asked.length = 0;
  kit.feed.start();
}

describe("the kit without a browser", () => {
  test("two people: what one says and takes back is what the other is shown", async () => {
    const [ada, ben] = await friends();
    using theirs = startKit(ben, system);
    using own = startKit(ada, system);
    await Promise.all([own.live(), theirs.live()]);
    const said = await own.feed.comment("hello");
    await own.feed.comment("and more");
    await Promise.all([own.shows("and more", "hello"), theirs.shows("and more", "hello")]);
    await own.feed.removeComment(said.id);
    await Promise.all([own.shows("and more"), theirs.shows("and more")]);
    expect(theirs.states).toEqual(["connecting", "catching up", "live"]);
  });

  test("a new friend's earlier comments come, and go again with the friendship", async () => {
    const [ada, eve] = (await Promise.all([system.person("Ada"), system.person("Eve")])) as [Client, Client];
    await eve.comment("before we met");
    using kit = startKit(ada, system);
    await kit.shows();
    await ada.befriend(eve);
    await kit.shows("before we met");
    await eve.unfriend(ada);
    await kit.shows();
  });
});

describe("what happened while it was away", () => {
  test("comments and removals: caught up from its position, nothing read anew", async () => {
    const [ada, ben] = await friends();
    const first = await ada.comment("first");
    await ada.comment("second");
    using kit = startKit(ben, system);
    await kit.shows("second", "first");
    await whileAway(kit, async () => {
      await removeComment(ada, first.id);
      await ada.comment("third");
    });
    await kit.shows("third", "second");
    expect(kit.states).toEqual(["connecting", "catching up", "live"]);
    expect(kit.asked.filter((each) => each.includes("/comments"))).toEqual([
      expect.stringMatching(/^GET \/api\/comments\?after=/),
    ]);
  });

  test("an unfriending: their comments are gone, the place that was read down to is kept", async () => {
    const [ada, ben] = await friends();
    const eve = await system.person("Eve");
    await eve.befriend(ben);
    for (let n = 0; n < 55; n += 1) await (n % 2 ? eve : ada).comment(`${n}`);
    using kit = startKit(ben, system);
    await kit.live();
    await kit.feed.loadOlder();
    expect(kit.feed.state.comments).toHaveLength(55);
    await whileAway(kit, () => ben.unfriend(eve));
    await kit.live();
    expect(kit.bodies()).toEqual(Array.from({ length: 28 }, (_, n) => `${54 - 2 * n}`));
    expect(kit.states).toEqual(["connecting", "catching up", "reloading", "live"]);
  });

  test("a friendship: their earlier comments are there", async () => {
    const [ada, eve] = (await Promise.all([system.person("Ada"), system.person("Eve")])) as [Client, Client];
    await eve.comment("before we met");
    using kit = startKit(ada, system);
    await kit.shows();
    await whileAway(kit, () => ada.befriend(eve));
    await kit.shows("before we met");
  });

  test("more than a catch-up holds: the feed is read anew, and older pages follow it", async () => {
    const [ada, ben] = await friends();
    await ada.comment("long ago");
    using kit = startKit(ben, system);
    await kit.shows("long ago");
    const { users, comments } = system.database.models;
    const author = (await users.findById(ada.id))?._id;
    const t = Math.floor(Date.now() / 1000);
    const count = limits.catchUp.comments + 1;
    await whileAway(kit, async () => {
      // Once these have passed through the stream, none of them is told to a socket that joins.
      const witness = await ada.connect();
      await comments.collection.insertMany(
        Array.from({ length: count }, (_, n) => ({
          author,
          body: `${n}`,
          at: new Timestamp({ t, i: 100_000 + n }),
        })) as never,
      );
      await witness.first("comment", ({ body }) => body === `${count - 1}`);
    });
    await kit.live();
    expect(kit.states).toEqual(["connecting", "catching up", "reloading", "live"]);
    expect(kit.bodies()).toEqual(Array.from({ length: 50 }, (_, n) => `${count - 1 - n}`));
    await kit.feed.loadOlder();
    expect(kit.bodies()).toEqual(Array.from({ length: 100 }, (_, n) => `${count - 1 - n}`));
  });
});

describe("a node", () => {
  /** Somebody on a node that the test may end. */
  async function onNode(): Promise<{ node: Node; ada: Client; kit: ReturnType<typeof startKit> }> {
    const node = await startNode(system);
    const [ada, ben] = await friends();
    const kit = startKit(ben, { ...system, realtimeUrl: node.url });
    await kit.live();
    return { node, ada, kit };
  }

  test("that ends and comes back: what it did not tell is caught up", async () => {
    const { node, ada, kit } = await onNode();
    using _ = kit;
    await ada.comment("before");
    await kit.shows("before");
    await node[Symbol.asyncDispose]();
    await until(() => kit.feed.state.connection.state === "offline");
    await ada.comment("meanwhile");
    await using again = await startNode(system, { port: Number(new URL(node.url).port) });
    kit.feed.retryNow();
    await kit.shows("meanwhile", "before");
    expect(again.realtime.io.sockets.sockets.size).toBe(1);
  });

  test("that drains is left and joined anew, without a question and without being offline", async () => {
    const { node, ada, kit } = await onNode();
    using _ = kit;
    await using _node = node;
    const [before] = node.realtime.io.sockets.sockets.keys();
    kit.states.length = 0;
    node.realtime.io.emit("drain", { afterMs: 50 });
    await until(() => kit.states.includes("live"));
    expect(kit.states).toEqual(["connecting", "catching up", "live"]);
    const after = await until(() => [...node.realtime.io.sockets.sockets.keys()].filter((id) => id !== before)[0]);
    expect(after).not.toBe(before);
    await ada.comment("still here");
    await kit.shows("still here");
    expect(kit.asked.filter((each) => each.includes("/session"))).toEqual([]);
  });

  test("that lost its place: the feed is read anew as of the time it says", async () => {
    const { node, ada, kit } = await onNode();
    using _ = kit;
    await using _node = node;
    const { position } = await ada.comment("hello");
    await kit.shows("hello");
    kit.states.length = 0;
    node.realtime.io.emit("resync", { reason: "a test", time: position, afterMs: 0 });
    await until(() => kit.states.includes("live"));
    expect(kit.states).toEqual(["reloading", "live"]);
    expect(kit.asked).toContain(`GET /api/comments?time=${position}`);
    expect(kit.bodies()).toEqual(["hello"]);
  });
});
