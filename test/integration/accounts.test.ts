import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sessionIdOf, signedValue } from "../../shared/session/cookie.ts";
import { SessionGone } from "../../shared/session/store.ts";
import { type Client, testPassword } from "../helpers/client.ts";
import { testSecret } from "../helpers/config.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const sidOf = (client: Client) => sessionIdOf(client.cookieHeader, "connect.sid", [testSecret]) ?? "";
const sessions = () => system.database.connection.collection<{ _id: string }>("sessions");
const usernameOf = (client: Client) => client.me?.username ?? "";

async function signIn(client: Client, username: string, password = testPassword) {
  return client.api.api.session.$post({ json: { username, password } });
}

describe("signing up", () => {
  test("signs in, with the cookie and the record that express-session and connect-mongo would write", async () => {
    const client = system.client();
    const response = await client.api.api.users.$post({
      json: { username: "Ada.M", password: testPassword, firstName: "Ada", lastName: "Moreau" },
    });
    expect(response.status).toBe(201);
    const person = await response.json();
    expect(person).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      username: "Ada.M",
      firstName: "Ada",
      lastName: "Moreau",
    });
    expect(response.headers.get("set-cookie")).toMatch(
      /^connect\.sid=s%3A[\w-]{32}\.[\w%]+; Path=\/; Expires=[^;]+ GMT; HttpOnly; SameSite=Lax$/,
    );

    const record = await sessions().findOne({ _id: sidOf(client) });
    expect(record).toEqual({
      _id: sidOf(client),
      expires: expect.any(Date),
      lastModified: expect.any(Date),
      session: expect.any(String),
      user: person.id,
      since: expect.any(Date),
    });
    const { cookie, passport } = JSON.parse(String((record as { session?: unknown } | null)?.session));
    expect(Object.keys(cookie)).toEqual(["originalMaxAge", "expires", "secure", "httpOnly", "path", "sameSite"]);
    expect(passport).toEqual({ user: person.id });
  });

  test("refuses a username that is taken in any case, and makes nobody", async () => {
    const taken = await system.person("Taken");
    const again = system.client();
    const json = { username: usernameOf(taken).toUpperCase(), password: testPassword, firstName: "T", lastName: "T" };
    const response = await again.api.api.users.$post({ json });
    expect(response.status as number).toBe(409);
    expect(await response.json()).toMatchObject({ code: "username_taken", fields: { username: expect.any(String) } });
    expect(again.cookies.size).toBe(0);
    expect(await system.database.models.users.countDocuments({ username: usernameOf(taken) })).toBe(1);
  });

  test("makes one user of two requests at once", async () => {
    const json = { username: "twice", password: testPassword, firstName: "T", lastName: "T" };
    const answers = await Promise.all([1, 2].map(() => system.client().api.api.users.$post({ json })));
    expect(answers.map(({ status }) => status as number).sort()).toEqual([201, 409]);
  });
});

describe("signing in", () => {
  test("gives the session a new id, and the earlier one is dead", async () => {
    const client = await system.person("Ben");
    const earlier = client.cookieHeader;
    const sid = sidOf(client);
    const response = await signIn(client, usernameOf(client).toUpperCase());
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(client.me);
    expect(sidOf(client)).not.toBe(sid);
    expect(await sessions().findOne({ _id: sid })).toBeNull();
    expect((await client.fetch("/api/me", { headers: { cookie: earlier } })).status).toBe(401);
  });

  test("never adopts an id that a client chose, though well signed", async () => {
    const client = await system.person("Cleo");
    const chosen = "chosen-by-an-attacker-0123456789";
    client.cookies.set("connect.sid", encodeURIComponent(signedValue(chosen, testSecret)));
    expect((await signIn(client, usernameOf(client))).status).toBe(200);
    expect(sidOf(client)).not.toBe(chosen);
    expect(await sessions().findOne({ _id: chosen })).toBeNull();
  });

  test("answers an unknown user and a wrong password alike", async () => {
    const client = await system.person("Dan");
    const stranger = system.client();
    const wrong = await signIn(stranger, usernameOf(client), "not the password");
    const unknown = await signIn(stranger, "nobody-of-this-name", "not the password");
    const texts = await Promise.all(
      [wrong, unknown].map(async (response) => ({ ...(await response.json()), requestId: "" })),
    );
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(texts[0]).toEqual(texts[1]);
    expect(texts[0]).toMatchObject({ code: "bad_credentials" });
    expect(stranger.cookies.size).toBe(0);
  });

  test("reads credentials from the body alone", async () => {
    const client = await system.person("Eli");
    const query = `username=${usernameOf(client)}&password=${encodeURIComponent(testPassword)}`;
    const response = await system.client().fetch(`/api/session?${query}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(response.status).toBe(400);
  });
});

describe("a session", () => {
  test("is shown with its two ends, and not to strangers", async () => {
    const client = await system.person("Fay");
    const shown = await (await client.fetch("/api/session")).json();
    expect(shown.user).toEqual(client.me);
    const { idle, absolute } = system.config.session;
    expect(Date.parse(shown.endsAt) - Date.parse(shown.expiresAt)).toBeGreaterThan(absolute - idle - 5_000);
    expect((await system.client().fetch("/api/session")).status).toBe(401);
  });

  test("is gone at once after signing out, and signing out again is no error", async () => {
    const client = await system.person("Gil");
    const cookie = client.cookieHeader;
    const first = await client.fetch("/api/session", { method: "DELETE" });
    expect(first.status).toBe(204);
    expect(first.headers.get("set-cookie")).toMatch(
      /^connect\.sid=; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly/,
    );
    expect(await sessions().countDocuments({ user: client.id } as never)).toBe(0);
    expect((await client.fetch("/api/me", { headers: { cookie } })).status).toBe(401);
    expect((await client.fetch("/api/session", { method: "DELETE", headers: { cookie } })).status).toBe(204);
    expect((await system.client().fetch("/api/session", { method: "DELETE" })).status).toBe(204);
  });

  test("is not created again by a save that comes after its end", async () => {
    const client = await system.person("Hal");
    const store = system.database.sessions;
    const sid = sidOf(client);
    const record = await store.read(sid);
    const session = store.createSession({ sessionID: sid, sessionStore: store }, record?.data as never);
    await client.fetch("/api/session", { method: "DELETE" });
    await expect(
      new Promise<void>((resolve, reject) => store.set(sid, session, (error) => (error ? reject(error) : resolve()))),
    ).rejects.toThrow(SessionGone);
    expect(await sessions().findOne({ _id: sid })).toBeNull();
  });

  test("is written when its use is due, and the browser's cookie moves along; else it is only read", async () => {
    const client = await system.person("Ivy");
    const _id = sidOf(client);
    expect((await client.fetch("/api/me")).headers.get("set-cookie")).toBeNull();

    const earlier = new Date(Date.now() - system.config.session.touchAfter - 1_000);
    await sessions().updateOne({ _id }, { $set: { lastModified: earlier, expires: new Date(Date.now() + 60_000) } });
    const response = await client.fetch("/api/me");
    const [, expires = ""] = /Expires=([^;]+)/.exec(response.headers.get("set-cookie") ?? "") ?? [];
    const record = await sessions().findOne<{ expires: Date; lastModified: Date }>({ _id });
    expect(record?.lastModified.getTime()).toBeGreaterThan(earlier.getTime());
    expect(record?.expires.getTime()).toBeGreaterThan(Date.now() + system.config.session.idle - 10_000);
    expect(Math.abs(Date.parse(expires) - (record?.expires.getTime() ?? 0))).toBeLessThan(1_500);
    expect((await client.fetch("/api/me")).headers.get("set-cookie")).toBeNull();
  });

  test("that a neighbour wrote is known, and counts from its first sight", async () => {
    const client = await system.person("Jan");
    const _id = sidOf(client);
    await sessions().updateOne({ _id }, { $unset: { user: "", since: "" } });
    expect((await client.fetch("/api/me")).status).toBe(200);
    expect(await sessions().findOne({ _id })).toMatchObject({ user: client.id, since: expect.any(Date) });
  });

  test.each(["{broken", "17", '"text"', "{}", '{"cookie":null}', { cookie: {} }, null])(
    "whose record holds %j counts as none, and can be signed in over",
    async (session) => {
      const client = await system.person("Kim");
      await sessions().updateOne({ _id: sidOf(client) }, { $set: { session } as never });
      expect((await client.fetch("/api/me")).status).toBe(401);
      expect((await client.fetch("/api/session", { method: "DELETE" })).status).toBe(204);
      expect((await signIn(client, usernameOf(client))).status).toBe(200);
      const other = await system.person("Lou");
      expect((await other.fetch("/api/me")).status).toBe(200);
    },
  );
});
