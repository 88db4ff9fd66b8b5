import { Timestamp } from "mongodb";
import { Types } from "mongoose";
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

const post = (client: Client, n: number) =>
  client.api.api.comments.$post({ header: {}, json: { body: `number ${n}` } });
const times = <Value>(count: number, make: (n: number) => Value) => Array.from({ length: count }, (_, n) => make(n));

describe("comments of one author", () => {
  test("are sixty a minute, also at once; who was refused is told when to try again", async () => {
    const [ada, ben] = [await system.person("Ada"), await system.person("Ben")];
    const answers = await Promise.all(times(limits.commentsPerMinute + 15, (n) => post(ada, n)));
    const made = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => (status as number) === 429);
    expect([made.length, refused.length]).toEqual([limits.commentsPerMinute, 15]);
    const comments = system.database.models.comments;
    expect(await comments.countDocuments({ author: ada.id })).toBe(limits.commentsPerMinute);

    const again = await post(ada, 100);
    expect(again.status as number).toBe(429);
    const wait = Number(again.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await again.json()).toMatchObject({
      code: "too_many_requests",
      message: expect.stringMatching(/^At most 60 comments a minute\. Try again in \d+ seconds?\.$/),
    });
    expect((await post(ben, 1)).status).toBe(201);

    // A removed one was made all the same; one that is older than a minute no longer counts.
    const [first] = await comments.find({ author: ada.id }).sort({ at: 1 }).limit(1);
    await ada.fetch(`/api/comments/${first?._id}`, { method: "DELETE" });
    expect((await post(ada, 101)).status as number).toBe(429);
    const earlier = new Timestamp({ t: Math.floor(Date.now() / 1000) - 61, i: 1 });
    await comments.collection.updateOne({ _id: first?._id as never }, { $set: { at: earlier } });
    expect((await post(ada, 102)).status).toBe(201);
    expect((await post(ada, 103)).status as number).toBe(429);
  });
});

describe("friend requests of one person", () => {
  test("can be open two hundred at a time; accepting is not asking", async () => {
    const [cleo, dan, eli] = [await system.person("Cleo"), await system.person("Dan"), await system.person("Eli")];
    const ask = (of: Client, whom: Client) => of.api.api.friends[":userId"].$put({ param: { userId: whom.id } });
    const me = new Types.ObjectId(cleo.id);
    const open = times(limits.openRequests, () => new Types.ObjectId());
    await system.database.models.friendships.insertMany(
      open.map((other) => ({ _id: pairOf(cleo.id, other.toHexString()), users: [me, other], wants: [me] })),
    );
    const refused = await ask(cleo, dan);
    expect(refused.status as number).toBe(409);
    expect(await refused.json()).toMatchObject({
      code: "too_many_open_requests",
      message: "At most 200 of your friend requests can be open. Cancel one first.",
    });
    await ask(eli, cleo);
    expect(await (await ask(cleo, eli)).json()).toMatchObject({ state: "friends" });
    const other = open[0]?.toHexString() ?? "";
    await system.database.models.friendships.updateOne({ _id: pairOf(cleo.id, other) }, { $set: { wants: [] } });
    expect(await (await ask(cleo, dan)).json()).toMatchObject({ state: "outgoing" });
  });
});
