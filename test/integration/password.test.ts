import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { hashPassword } from "../../functions/accounts/passwords.ts";
import { sessionIdOf, signedValue } from "../../shared/session/cookie.ts";
import { type Client, testPassword } from "../helpers/client.ts";
import { testSecret } from "../helpers/config.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const next = "another passphrase altogether";
const stored = () => system.database.connection.collection<{ _id: string }>("sessions");
const users = () => system.database.models.users;
const sidOf = (client: Client) => sessionIdOf(client.cookieHeader, "connect.sid", [testSecret]) ?? "";

const change = (client: Client, json = { current: testPassword, next }) => client.api.api.password.$put({ json });
const signIn = (client: Client, person: Client, password = testPassword) =>
  client.api.api.session.$post({ json: { username: person.me?.username ?? "", password } });

describe("a changed password", () => {
  test("ends every other session, a neighbour's unstamped one too, and gives this one a new id", async () => {
    const ada = await system.person("Ada");
    const phone = await system.another(ada);
    const neighbours = `a-session-of-a-neighbour-of-${ada.id}`;
    const session = JSON.stringify({ cookie: { originalMaxAge: null, path: "/" }, passport: { user: ada.id } });
    await stored().insertOne({ _id: neighbours, expires: new Date(Date.now() + 60_000), session } as never);
    const [atAdas, atPhone] = await Promise.all([ada.connect(), phone.connect()]);
    const [cookie, sid] = [ada.cookieHeader, sidOf(ada)];

    const response = await change(ada);
    expect(response.status).toBe(204);
    expect(response.headers.get("set-cookie")).toMatch(/^connect\.sid=s%3A/);
    expect(sidOf(ada)).not.toBe(sid);
    expect((await ada.fetch("/api/me")).status).toBe(200);
    const dead = [cookie, phone.cookieHeader, `connect.sid=${encodeURIComponent(signedValue(neighbours, testSecret))}`];
    for (const each of dead) {
      expect((await system.client().fetch("/api/me", { headers: { cookie: each } })).status).toBe(401);
    }
    expect(await atPhone.first("session")).toMatchObject({ state: "ended", reason: "passwordChanged" });
    expect(await atAdas.first("session")).toMatchObject({ state: "ended", reason: "replaced" });
    expect([await atPhone.closed(), await atAdas.closed()]).toEqual(["io server disconnect", "io server disconnect"]);
    expect((await signIn(system.client(), ada)).status).toBe(401);
    expect((await signIn(system.client(), ada, next)).status).toBe(200);
    expect((await users().findById(ada.id).lean())?.passwordChanges).toBe(1);
  });

  test("leaves other people's sessions as they are", async () => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    const atBens = await ben.connect();
    await change(ada);
    await ben.comment("Still here");
    await atBens.first("comment");
    expect(atBens.disconnectReason).toBeUndefined();
    expect((await ben.fetch("/api/me")).status).toBe(200);
  });

  test("needs the current one, and one that sign-up would take", async () => {
    const ada = await system.person("Ada");
    const before = await users().findById(ada.id).lean();
    const wrong = await change(ada, { current: "not the password", next });
    expect(wrong.status as number).toBe(401);
    expect(await wrong.json()).toMatchObject({ code: "bad_credentials", fields: { current: expect.any(String) } });
    const short = await change(ada, { current: testPassword, next: "short" });
    expect(await short.json()).toMatchObject({ code: "invalid_input", fields: { next: expect.any(String) } });
    expect(await users().findById(ada.id).lean()).toEqual(before);
    expect((await ada.fetch("/api/me")).status).toBe(200);
  });

  test("is one of two that are asked for at once", async () => {
    const ada = await system.person("Ada");
    const phone = await system.another(ada);
    const answers = await Promise.all([change(ada), change(phone, { current: testPassword, next: `${next}!` })]);
    expect(answers.map(({ status }) => status as number).sort()).toEqual([204, 401]);
    expect((await users().findById(ada.id).lean())?.passwordChanges).toBe(1);
  });
});

/** Holds the first call of a method that a test names until the test lets it go. */
function latch<Name extends "set" | "keysOf">(name: Name) {
  const { sessions } = system.database;
  const reached = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const original = sessions[name].bind(sessions) as (...given: unknown[]) => unknown;
  vi.spyOn(sessions, name as "set").mockImplementationOnce((...given: unknown[]) => {
    reached.resolve();
    return open.promise.then(() => original(...given)) as never;
  });
  return { reached: reached.promise, open: () => open.resolve() };
}

describe("a sign-in with the old password", () => {
  test("that was verified before the change and saved after it does not survive", async () => {
    const ada = await system.person("Ada");
    const late = system.client();
    const saving = latch("set");
    const answer = signIn(late, ada);
    await saving.reached;
    expect((await change(ada)).status).toBe(204);
    saving.open();
    const refused = await answer;
    expect(refused.status as number).toBe(401);
    expect(await refused.json()).toMatchObject({ code: "bad_credentials" });
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await stored().countDocuments({ user: ada.id } as never)).toBe(1);
  });

  test("that was saved before the others were ended ends with them", async () => {
    const ada = await system.person("Ada");
    const late = system.client();
    const ending = latch("keysOf");
    // Saved, but its answer is not out: it has not been looked at again.
    const rereading = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    const { database } = system;
    const { findUser } = database;
    const saving = latch("set");
    const answer = signIn(late, ada);
    await saving.reached;
    const changed = change(ada);
    await ending.reached;
    vi.spyOn(database, "findUser").mockImplementationOnce(async (id) => {
      looked.resolve();
      await rereading.promise;
      return findUser(id);
    });
    saving.open();
    await looked.promise;
    ending.open();
    expect((await changed).status).toBe(204);
    expect(await stored().countDocuments({ user: ada.id } as never)).toBe(1);
    rereading.resolve();
    expect((await answer).status as number).toBe(401);
    expect(late.cookies.size).toBe(0);
  });

  test("by the form does not survive either, and the form says so", async () => {
    const ada = await system.person("Ada");
    const saving = latch("set");
    const late = system.client();
    const answer = late.fetch("/login", {
      method: "POST",
      body: new URLSearchParams({ username: ada.me?.username ?? "", password: testPassword }),
    });
    await saving.reached;
    await change(ada);
    saving.open();
    const refused = await answer;
    expect([refused.status, late.cookies.size]).toEqual([401, 0]);
    expect(await refused.text()).toContain("Username or password is wrong.");
  });
});

describe("a sign-in that is under way", () => {
  test("is not disturbed by a mere upgrade of the hash", async () => {
    const ada = await system.person("Ada");
    const saving = latch("set");
    const client = system.client();
    const answer = signIn(client, ada);
    await saving.reached;
    await users().updateOne({ _id: ada.id }, { $set: { password: await hashPassword(testPassword) } });
    saving.open();
    expect((await answer).status).toBe(200);
    expect((await client.fetch("/api/me")).status).toBe(200);
  });

  test.each([
    ["disabled", 403, () => ({ $set: { disabledAt: new Date() } })],
    ["gone", 401, () => undefined],
  ])("fails when its user is %s before it is saved", async (_, status, update) => {
    const ada = await system.person("Ada");
    const saving = latch("set");
    const answer = signIn(system.client(), ada);
    await saving.reached;
    const change = update();
    if (change) await users().updateOne({ _id: ada.id }, change);
    else await users().deleteOne({ _id: ada.id });
    saving.open();
    expect((await answer).status as number).toBe(status);
    expect(await stored().countDocuments({ user: ada.id } as never)).toBe(1);
  });

  test("leaves no session when its user cannot be read again", async () => {
    const ada = await system.person("Ada");
    const client = system.client();
    const saving = latch("set");
    const answer = signIn(client, ada);
    await saving.reached;
    vi.spyOn(system.database, "findUser").mockRejectedValueOnce(new Error("The database has gone."));
    saving.open();
    expect((await answer).status as number).toBe(500);
    expect(client.cookies.size).toBe(0);
    expect(await stored().countDocuments({ user: ada.id } as never)).toBe(1);
  });
});
