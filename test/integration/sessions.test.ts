import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sessionIdOf, signedValue } from "../../shared/session/cookie.ts";
import { type Client, testPassword } from "../helpers/client.ts";
import { testSecret } from "../helpers/config.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const sidOf = (client: Client) => sessionIdOf(client.cookieHeader, "connect.sid", [testSecret]) ?? "";
const stored = () => system.database.connection.collection<{ _id: string }>("sessions");

const another = (person: Client, userAgent = firefox) => system.another(person, { "user-agent": userAgent });

const list = async (client: Client) => (await (await client.api.api.sessions.$get()).json()).sessions;
const currentIdOf = async (client: Client) => (await list(client)).find(({ current }) => current)?.id ?? "";
const end = async (client: Client, id: string) => client.api.api.sessions[":id"].$delete({ param: { id } });

describe("one's own sessions", () => {
  test("are listed in words, the last used first, and nobody else's", async () => {
    const ada = await system.person("Ada");
    await system.person("Ben");
    const laptop = await another(ada);
    const response = await laptop.api.api.sessions.$get();
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { sessions } = await response.json();
    expect(sessions).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{16}$/),
        since: expect.any(String),
        lastSeen: expect.any(String),
        expiresAt: expect.any(String),
        browser: "Firefox",
        platform: "Linux",
        current: true,
      },
      expect.objectContaining({ browser: "Unknown browser", platform: "Unknown system", current: false }),
    ]);
    expect(JSON.stringify(sessions)).not.toContain(sidOf(laptop).slice(0, 16));
    const [{ since = "", lastSeen = "", expiresAt = "" } = {}] = sessions;
    expect(Math.abs(Date.parse(lastSeen) - Date.parse(since))).toBeLessThan(1_000);
    expect(Date.parse(expiresAt) - Date.parse(lastSeen)).toBeGreaterThan(system.config.session.idle - 5_000);
  });

  test("keep their words in the session's own data, and nothing new beside it", async () => {
    const ada = await another(await system.person("Ada"));
    const record = await stored().findOne<{ session: string }>({ _id: sidOf(ada) });
    expect(Object.keys(record ?? {}).sort()).toEqual(["_id", "expires", "lastModified", "session", "since", "user"]);
    expect(JSON.parse(record?.session ?? "").device).toEqual({ browser: "Firefox", platform: "Linux" });
  });

  test("hold those too which a neighbour wrote: its end and length say when it was last used", async () => {
    const ada = await system.person("Ada");
    const sid = "a-session-of-an-express-neighbour";
    const used = Date.now() - 60_000;
    const cookie = { originalMaxAge: 3_600_000, path: "/", httpOnly: true };
    const session = JSON.stringify({ cookie, passport: { user: ada.id }, device: "<b>" });
    await stored().insertOne({ _id: sid, expires: new Date(used + 3_600_000), session } as never);

    const neighbours = (await list(ada)).find(({ current }) => !current);
    expect(neighbours).toMatchObject({
      lastSeen: new Date(used).toISOString(),
      browser: "Unknown browser",
      platform: "Unknown system",
    });
    expect((await end(ada, neighbours?.id ?? "")).status).toBe(204);
    const headers = { cookie: `connect.sid=${encodeURIComponent(signedValue(sid, testSecret))}` };
    expect((await ada.fetch("/api/me", { headers })).status).toBe(401);
  });
});

test.each([
  ["encrypted", { SESSION_ENCRYPTION_KEY: "a-key-that-only-tests-know-0123456789" }],
  ["stored as an object", { SESSION_STRINGIFY: "false" }],
])("one's own sessions are found and ended where they are %s, a neighbour's too", async (_, environment) => {
  await using other = await startSystem({ environment });
  const ada = await other.person("Ada");
  const phone = other.client();
  await phone.api.api.session.$post({ json: { username: ada.me?.username ?? "", password: testPassword } });
  const records = other.database.connection.collection<{ _id: string }>("sessions");
  await records.updateOne({ _id: sidOf(phone) }, { $unset: { user: "", since: "" } });
  expect(await list(ada)).toHaveLength(2);
  await records.updateOne({ _id: sidOf(phone) }, { $unset: { user: "", since: "" } });
  expect((await ada.api.api.sessions.$delete()).status).toBe(204);
  expect([(await ada.fetch("/api/me")).status, (await phone.fetch("/api/me")).status]).toEqual([200, 401]);
});

describe("ending a session", () => {
  test("of one's own closes its sockets, told why, and leaves all others", async () => {
    const ada = await system.person("Ada");
    const [phone, laptop] = (await Promise.all([another(ada), another(ada)])) as [Client, Client];
    const ben = await system.person("Ben");
    const [atAdas, atPhone, atLaptop, atBens] = await Promise.all([
      ada.connect(),
      phone.connect(),
      laptop.connect(),
      ben.connect(),
    ]);
    expect((await end(ada, await currentIdOf(phone))).status).toBe(204);
    expect((await phone.fetch("/api/me")).status).toBe(401);
    expect(await atPhone.first("session")).toMatchObject({ state: "ended", reason: "endedElsewhere" });
    expect(await atPhone.closed()).toBe("io server disconnect");

    // A comment comes after it in the one order of changes.
    await ada.comment("Still here");
    await Promise.all([atAdas.first("comment"), atLaptop.first("comment")]);
    expect([atAdas, atLaptop, atBens].map((socket) => socket.disconnectReason)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("that is somebody else's, or none, is refused alike", async () => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    const answers = [await end(ada, await currentIdOf(ben)), await end(ada, "x".repeat(16))];
    const bodies = await Promise.all(
      answers.map(async (answer) => ({ ...((await answer.json()) as object), requestId: "" })),
    );
    expect(answers.map(({ status }) => status as number)).toEqual([404, 404]);
    expect(bodies[0]).toEqual(bodies[1]);
    expect((await ben.fetch("/api/me")).status).toBe(200);
  });

  test("that asks itself signs out", async () => {
    const ada = await system.person("Ada");
    const cookie = ada.cookieHeader;
    const socket = await ada.connect();
    const response = await end(ada, await currentIdOf(ada));
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^connect\.sid=; /)]);
    expect(await socket.first("session")).toMatchObject({ reason: "signedOut" });
    expect((await ada.fetch("/api/me", { headers: { cookie } })).status).toBe(401);
  });

  test("ends all others at once, where that is asked", async () => {
    const ada = await system.person("Ada");
    const others = await Promise.all([another(ada), another(ada)]);
    const [atAdas, ...atOthers] = await Promise.all([ada, ...others].map((client) => client.connect()));
    expect((await ada.api.api.sessions.$delete()).status).toBe(204);
    for (const other of others) expect((await other.fetch("/api/me")).status).toBe(401);
    for (const socket of atOthers) {
      expect(await socket.first("session")).toMatchObject({ state: "ended", reason: "endedElsewhere" });
      await socket.closed();
    }
    expect((await list(ada)).map(({ current }) => current)).toEqual([true]);
    await ada.comment("Alone");
    await atAdas?.first("comment");
    expect(atAdas?.disconnectReason).toBeUndefined();
  });

  test.each([
    ["/api/session", "DELETE"],
    ["/logout", "POST"],
  ])("by %s tells its sockets that it was signed out", async (path, method) => {
    const ada = await system.person("Ada");
    const socket = await ada.connect();
    await ada.fetch(path, { method });
    expect(await socket.first("session")).toMatchObject({ reason: "signedOut" });
  });

  test("by a sign-in over it tells its sockets that it was replaced", async () => {
    const ada = await system.person("Ada");
    const socket = await ada.connect();
    await ada.api.api.session.$post({ json: { username: ada.me?.username ?? "", password: testPassword } });
    expect(await socket.first("session")).toMatchObject({ reason: "replaced" });
    await socket.closed();
  });
});
