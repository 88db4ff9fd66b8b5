import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../shared/contracts/limits.ts";
import { dateOf, positionOf, secondsBefore, timestampOf } from "../../shared/position.ts";
import type { Client } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const feed = async (client: Client, query: Record<string, string> = {}) => {
  const response = await client.api.api.comments.$get({ query });
  expect(response.status).toBe(200);
  return response.json();
};
const words = (page: { comments: { body: string }[] }) => page.comments.map(({ body }) => body);

async function pair(): Promise<[Client, Client]> {
  const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
  await ada.befriend(ben);
  return [ada, ben];
}

describe("the feed", () => {
  test("holds one's own and friends' comments, newest first, in pages without gap or repetition", async () => {
    const [ada, ben] = await pair();
    const eve = await system.person("Eve");
    for (let n = 1; n <= 7; n++) await (n % 2 ? ada : ben).comment(`${n}`);
    await eve.comment("not theirs");
    const first = await feed(ada, { limit: "3" });
    const second = await feed(ada, { limit: "3", before: first.next ?? "" });
    const third = await feed(ada, { limit: "3", before: second.next ?? "" });
    expect([first, second, third].map(words)).toEqual([["7", "6", "5"], ["4", "3", "2"], ["1"]]);
    expect(third.next).toBeNull();
    expect(words(await feed(eve))).toEqual(["not theirs"]);
  });

  test("is authorised anew each time it is read", async () => {
    const [ada, ben] = await pair();
    await ada.comment("for a friend");
    expect(words(await feed(ben))).toEqual(["for a friend"]);
    await ada.unfriend(ben);
    expect(words(await feed(ben))).toEqual([]);
  });

  test("catches up from a position, removals too, reaching back a little", async () => {
    const [ada, ben] = await pair();
    const first = await ada.comment("seen");
    const second = await ada.comment("seen, then removed");
    await ada.api.api.comments[":id"].$delete({ param: { id: second.id } });
    await ada.comment("missed");
    const page = await feed(ben, { after: second.position });
    expect(words(page)).toEqual(["missed", "seen"]);
    expect(page.removed).toEqual([{ id: second.id, position: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
    expect(page.complete).toBe(true);
    expect(first.position < (page.removed[0]?.position ?? "")).toBe(true);
  });

  test("says when catching up is more than it holds: too long ago, or too many", async () => {
    const [ada, ben] = await pair();
    const comment = await ada.comment("now");
    const yesterday = positionOf(secondsBefore(timestampOf(comment.position), limits.catchUp.milliseconds / 1000 + 60));
    expect(await feed(ben, { after: yesterday })).toEqual({ comments: [], removed: [], next: null, complete: false });

    const at = timestampOf(comment.position);
    const author = (await system.database.models.users.findById(ada.id))?._id;
    await system.database.models.comments.collection.insertMany(
      Array.from({ length: limits.catchUp.comments }, (_, n) => ({ author, body: `${n}`, at })) as never,
    );
    expect((await feed(ben, { after: comment.position })).complete).toBe(false);
    expect((await feed(ben)).complete).toBe(true);
  });

  test("is read at a socket's time, and a time that has not come is an error, never a wait", async () => {
    const [ada, ben] = await pair();
    await ada.comment("before the socket");
    const { time } = await (await ben.connect()).first("me");
    expect(words(await feed(ben, { time }))).toEqual(["before the socket"]);
    const ahead = await ben.fetch("/api/comments?time=ffffffff00000000");
    expect(ahead.status).toBe(400);
    expect(await ahead.json()).toMatchObject({ code: "time_ahead" });
    // The driver must not have carried that time into anybody else's reads.
    expect((await ada.fetch("/api/comments")).status).toBe(200);
    expect((await ben.fetch("/api/me")).status).toBe(200);
  });
});

describe("the mark of the authors", () => {
  test("is of whose comments are read, another one once friends came or went, and comes with a time alone", async () => {
    const [ada, ben] = await pair();
    const now = async () => (await (await ben.connect()).first("me")).time;
    const mark = async (time: string, after?: string) =>
      (await feed(ben, { time, ...(after ? { after } : {}) })).authorsTag;
    const time = await now();
    const both = await mark(time);
    await ada.comment("nothing to it");
    expect(await mark(time, time)).toBe(both);
    await ada.unfriend(ben);
    const alone = await mark(await now());
    expect(alone).not.toBe(both);
    // Ada's comments are not in what is read now, whatever its time.
    expect(await mark(time)).toBe(alone);
    await ada.befriend(ben);
    expect(await mark(await now())).toBe(both);
    expect(alone).toMatch(/^[\w-]{16}$/);
    expect(await feed(ben)).not.toHaveProperty("authorsTag");
  });

  test("names everybody whose comments come with it: a friend of after its time is told of by the socket", async () => {
    const [ada, ben] = (await Promise.all(["Ada", "Ben"].map((name) => system.person(name)))) as [Client, Client];
    const { time } = await (await ben.connect()).first("me");
    await ada.befriend(ben);
    await ada.comment("from before the socket is told");
    expect((await feed(ben, { time })).comments).toEqual([]);
    expect((await feed(ben)).comments).toHaveLength(1);
    await ada.unfriend(ben);
    expect((await feed(ben)).comments).toEqual([]);
  });
});

describe("a comment", () => {
  test("has a time from the database, acknowledged in its order", async () => {
    const ada = await system.person("Ada");
    const made = [];
    for (let n = 0; n < 5; n++) made.push(await ada.comment(`${n}`));
    const positions = made.map(({ position }) => position);
    expect([...positions].sort()).toEqual(positions);
    expect(new Set(positions).size).toBe(5);
    expect(made[0]?.createdAt).toBe(dateOf(timestampOf(positions[0] ?? "")).toISOString());
  });

  test("is made once for an Idempotency-Key, also by requests at once; another body is refused", async () => {
    const ada = await system.person("Ada");
    const post = (body: string) =>
      ada.api.api.comments.$post({ header: { "idempotency-key": "key-1" }, json: { body } });
    const answers = await Promise.all([post("once"), post("once"), post("once")]);
    const statuses = answers.map(({ status }) => status);
    expect([...statuses].sort()).toEqual([200, 200, 201]);
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id));
    expect(new Set(ids).size).toBe(1);
    const other = await post("twice");
    expect(other.status as number).toBe(409);
    expect(await other.json()).toMatchObject({ code: "idempotency_mismatch" });
    expect(words(await feed(ada))).toEqual(["once"]);

    const ben = await system.person("Ben");
    const mine = await ben.api.api.comments.$post({
      header: { "idempotency-key": "key-1" },
      json: { body: "my own key" },
    });
    expect(mine.status).toBe(201);
  });

  test("is removed by its author only; twice is no error; its words are gone from the database", async () => {
    const [ada, ben] = await pair();
    const { id } = await ada.comment("private after all");
    const remove = (client: Client) => client.api.api.comments[":id"].$delete({ param: { id } });
    expect((await remove(ben)).status as number).toBe(404);
    expect((await remove(ada)).status).toBe(204);
    expect((await remove(ada)).status).toBe(204);
    expect(words(await feed(ada))).toEqual([]);
    const records = await system.database.models.comments.find({ author: ada.id }).lean();
    expect(records).toHaveLength(1);
    expect(records[0]).not.toHaveProperty("body");
  });
});
