import { type Db, Timestamp } from "mongodb";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { deleteAccount } from "../../functions/accounts/delete-account.ts";
import { type Client, testPassword } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const models = () => system.database.models;
const userOf = async (client: Client) => {
  const user = await models().users.findById(client.id).lean();
  if (!user) throw new Error("This user is gone.");
  return user;
};
const remove = (client: Client, password = testPassword) => client.api.api.me.$delete({ json: { password } });
const feedOf = async (client: Client) => (await client.api.api.comments.$get({ query: {} })).json();

/** Two friends, and a stranger; each has written something. */
async function people() {
  const [ada, ben, eve] = (await Promise.all(["Ada", "Ben", "Eve"].map((name) => system.person(name)))) as [
    Client,
    Client,
    Client,
  ];
  await ada.befriend(ben);
  return { ada, ben, eve, adas: await ada.comment("From Ada"), bens: await ben.comment("From Ben") };
}

describe("a deleted account", () => {
  test("is gone with all that was its, and its cookie is cleared", async () => {
    const { ada, ben, adas, bens } = await people();
    const phone = await system.another(ada);
    const cookie = ada.cookieHeader;
    const response = await remove(ada);
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^connect\.sid=; /)]);
    for (const each of [cookie, phone.cookieHeader]) {
      expect((await system.client().fetch("/api/me", { headers: { cookie: each } })).status).toBe(401);
    }
    expect(await models().users.countDocuments({ _id: ada.id })).toBe(0);
    expect(await models().friendships.countDocuments({ users: ada.id })).toBe(0);
    expect(await system.database.connection.collection("sessions").countDocuments({ user: ada.id })).toBe(0);
    expect(await models().comments.find({ author: ada.id }).lean()).toEqual([
      { _id: expect.anything(), author: expect.anything(), at: expect.anything(), removedAt: expect.anything() },
    ]);
    expect((await feedOf(ben)).comments).toEqual([bens]);
    expect((await (await ben.api.api.friends.$get({ query: {} })).json()).friends).toEqual([]);
    const caughtUp = await (await ben.api.api.comments.$get({ query: { after: bens.position } })).json();
    expect(caughtUp.comments.map(({ id }) => id)).not.toContain(adas.id);
    const json = { username: ada.me?.username ?? "", password: testPassword };
    expect((await system.client().api.api.session.$post({ json })).status as number).toBe(401);
  });

  test("goes from friends' screens: its comments, then the friendship; nobody else is disturbed", async () => {
    const { ada, ben, eve, adas } = await people();
    const phone = await system.another(ada);
    const [atAdas, atPhone, atBens, atEves] = await Promise.all([ada, phone, ben, eve].map((who) => who.connect()));
    // What a stream that keeps up sees: the friendship is still there when the removal is delivered.
    const { friendships } = models();
    const updateMany = friendships.updateMany.bind(friendships) as (...given: unknown[]) => unknown;
    vi.spyOn(friendships, "updateMany").mockImplementationOnce(((...given: unknown[]) =>
      atBens?.first("commentRemoved").then(() => updateMany(...given))) as never);
    expect((await remove(ada)).status).toBe(204);

    expect(await atBens?.first("commentRemoved")).toMatchObject({ id: adas.id });
    const { person } = (await atBens?.first("friend", ({ state }) => state === "none")) ?? {};
    expect(person?.id).toBe(ada.id);
    for (const socket of [atAdas, atPhone]) {
      expect(await socket?.first("session")).toMatchObject({ state: "ended", reason: "accountDeleted" });
      await socket?.closed();
    }
    await eve.comment("Still here");
    await ben.comment("Me too");
    await Promise.all([atEves?.first("comment"), atBens?.first("comment")]);
    expect([atBens?.disconnectReason, atEves?.disconnectReason]).toEqual([undefined, undefined]);
    expect(atEves?.received.map(({ event }) => event)).toEqual(["me", "comment"]);
  });

  test("is told of as a pair that is none, also where the stream comes late", async () => {
    const { ada, ben } = await people();
    const atBens = await ben.connect();
    const db = system.realtimeDatabase.connection.db as Db;
    // The node reads about this batch only once everything is gone.
    const isGone = Promise.withResolvers<void>();
    const run = db.runCursorCommand.bind(db);
    vi.spyOn(db, "runCursorCommand").mockImplementation((...given) => {
      const cursor = run(...given);
      const iterate = cursor[Symbol.asyncIterator].bind(cursor);
      cursor[Symbol.asyncIterator] = async function* () {
        await isGone.promise;
        yield* { [Symbol.asyncIterator]: iterate };
      };
      return cursor;
    });
    expect((await remove(ada)).status).toBe(204);
    isGone.resolve();
    const { person } = await atBens.first("friend", ({ state }) => state === "none");
    expect(person).toEqual({ id: ada.id, username: "deleted", firstName: "Deleted", lastName: "account" });
  });

  test("needs the password", async () => {
    const ada = await system.person("Ada");
    const response = await remove(ada, "not the password");
    expect(response.status as number).toBe(401);
    expect(await response.json()).toMatchObject({ code: "bad_credentials", fields: { password: expect.any(String) } });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await ada.fetch("/api/me")).status).toBe(200);
  });

  test("is nobody's any more while it goes, and is gone when the deletion is done again", async () => {
    const { ada, ben, bens } = await people();
    const user = await userOf(ada);
    const cookie = ada.cookieHeader;
    vi.spyOn(models().friendships, "deleteMany").mockRejectedValueOnce(new Error("The process was killed."));
    expect((await remove(ada)).status as number).toBe(500);
    expect((await ada.fetch("/api/me", { headers: { cookie } })).status).toBe(401);
    const json = { username: user.username, password: testPassword };
    expect((await system.client().api.api.session.$post({ json })).status as number).toBe(403);

    await deleteAccount(system.database, user._id);
    await deleteAccount(system.database, user._id);
    expect(await models().users.countDocuments({ _id: user._id })).toBe(0);
    expect(await models().friendships.countDocuments({ users: user._id })).toBe(0);
    expect((await feedOf(ben)).comments).toEqual([bens]);
  });

  test("leaves no comment of a request that was under way", async () => {
    const { ada, ben, bens } = await people();
    const user = await userOf(ada);
    const { users } = models();
    const deleteOne = users.deleteOne.bind(users) as (...given: unknown[]) => Promise<unknown>;
    vi.spyOn(users, "deleteOne").mockImplementationOnce((async (...given: unknown[]) => {
      await models().comments.collection.updateOne(
        { _id: user._id as never },
        { $setOnInsert: { author: user._id, body: "Late" }, $currentDate: { at: { $type: "timestamp" } } } as never,
        { upsert: true },
      );
      return deleteOne(...given);
    }) as never);
    await remove(ada);
    expect(await models().comments.countDocuments({ author: user._id, body: { $exists: true } })).toBe(0);
    expect((await feedOf(ben)).comments).toEqual([bens]);
  });

  test("takes more comments than one write removes", async () => {
    const ada = await system.person("Ada");
    const user = await userOf(ada);
    const { collection } = models().comments;
    const at = new Timestamp({ t: 1_700_000_000, i: 1 });
    await collection.insertMany(
      Array.from({ length: 1_001 }, (_, n) => ({ author: user._id, body: `${n}`, key: `${n}`, at })) as never[],
    );
    await deleteAccount(system.database, user._id);
    expect(await collection.countDocuments({ author: user._id })).toBe(1_001);
    expect(await collection.countDocuments({ author: user._id, removedAt: { $type: "timestamp" } })).toBe(1_001);
    const left = { author: user._id, $or: [{ body: { $exists: true } }, { key: { $exists: true } }] };
    expect(await collection.countDocuments(left)).toBe(0);
  });
});

describe("a disabled account", () => {
  test("is nobody on every side, whatever sessions are left", async () => {
    const ada = await system.person("Ada");
    await models().users.updateOne({ _id: ada.id }, { $set: { disabledAt: new Date() } });
    for (const path of ["/api/me", "/api/sessions", "/api/comments", "/api/friends"]) {
      expect((await ada.fetch(path)).status, path).toBe(401);
    }
    expect((await ada.fetch("/dashboard")).headers.get("location")).toBe("/");
    await expect(ada.socket().first("me")).rejects.toThrow();
  });

  test("is told so to whoever has its password, and to nobody else", async () => {
    const ada = await system.person("Ada");
    await models().users.updateOne({ _id: ada.id }, { $set: { disabledAt: new Date() } });
    const stranger = system.client();
    const attempt = (password: string) =>
      stranger.fetch("/login", {
        method: "POST",
        body: new URLSearchParams({ username: ada.me?.username ?? "", password }),
      });
    const [right, wrong] = [await attempt(testPassword), await attempt("not the password")];
    expect([right.status, wrong.status]).toEqual([403, 401]);
    expect(await right.text()).toContain("This account is disabled.");
    expect(await wrong.text()).not.toContain("disabled.");
    expect(stranger.cookies.size).toBe(0);
    const json = { username: ada.me?.username ?? "", password: testPassword };
    const response = await stranger.api.api.session.$post({ json });
    expect(response.status as number).toBe(403);
    expect(await response.json()).toMatchObject({ code: "account_disabled" });
  });
});
