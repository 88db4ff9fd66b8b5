import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signedValue } from "../../shared/session/cookie.ts";
import { testOrigin, testSecret } from "../helpers/config.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { upgrade } from "../helpers/upgrade.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

/** What a handler sees as `c.get("session")`, told by a route of the test. */
async function sessionOfHandler(cookie: string) {
  let seen: unknown;
  const { createSession } = await import("../../functions/http/session/index.ts");
  const { api } = await import("../../functions/http/api.ts");
  const { config, database } = system;
  const app = api();
  app.use(
    createSession({
      store: database.sessions,
      secret: config.session.secrets,
      name: config.session.name,
      cookie: {},
      resave: false,
      saveUninitialized: false,
    }),
  );
  app.get("/", (c) => {
    seen = c.get("session");
    return c.body(null, 204);
  });
  await app.request("/", { headers: { cookie } });
  return seen as object;
}

describe("a socket", () => {
  test("holds the session that a handler sees, and the user that the database has", async () => {
    const ada = await system.person("Ada");
    await ada.connect();
    const [socket] = await system.realtime.io.fetchSockets();
    const { session, user } = (socket as NonNullable<typeof socket>).data;
    const inHandler = await sessionOfHandler(ada.cookieHeader);

    expect(session).toEqual(inHandler);
    expect(JSON.parse(JSON.stringify(session))).toEqual({
      cookie: {
        path: "/",
        expires: expect.stringMatching(/^\d{4}-/),
        originalMaxAge: system.config.session.idle,
        httpOnly: true,
        secure: false,
        sameSite: "lax",
      },
      passport: { user: ada.id },
      madeWith: { user: ada.id, passwordChanges: 0 },
      device: { browser: "Unknown browser", platform: "Unknown system" },
      lastModified: expect.stringMatching(/^\d{4}-/),
    });
    const { password, ...stored } = (await system.database.models.users.findById(ada.id).lean()) ?? { password: "" };
    expect(password).toMatch(/^\$scrypt/);
    expect(user).toEqual(stored);
  });

  test("is in the rooms of its user and its session", async () => {
    const ben = await system.person("Ben");
    const socket = await ben.connect();
    const { rooms } = system.realtime.io.sockets.adapter;
    const [, sid = ""] = /^s%3A([^.]+)/.exec(ben.cookies.get("connect.sid") ?? "") ?? [];
    expect(rooms.get(`user:${ben.id}`)?.has(socket.io.id ?? "")).toBe(true);
    expect(rooms.get(`session:${sid}`)?.has(socket.io.id ?? "")).toBe(true);
  });

  test("is told who it is, until when, and the time of the stream", async () => {
    const cleo = await system.person("Cleo");
    const me = await (await cleo.connect()).first("me");
    expect(me.user).toEqual(cleo.me);
    expect(me.time).toMatch(/^[0-9a-f]{16}$/);
    const shown = await (await cleo.fetch("/api/session")).json();
    expect(me.session).toEqual({ expiresAt: shown.expiresAt, endsAt: shown.endsAt });
  });

  test("that sends anything is closed: writes are HTTP's job", async () => {
    const dan = await system.person("Dan");
    const socket = await dan.connect();
    (socket.io as { emit(event: string, payload: unknown): void }).emit("comment", { body: "Hello" });
    expect(await socket.closed()).toBe("io server disconnect");
  });
});

describe("a handshake is refused before the upgrade", () => {
  test("with 403 from a foreign or missing origin, before the cookie is looked at", async () => {
    const { cookieHeader: cookie } = await system.person("Eve");
    for (const origin of ["https://evil.example", "null", `${testOrigin}.evil.example`]) {
      expect(await upgrade(system.realtimeUrl, { origin, cookie })).toMatchObject({ status: 403 });
    }
    const missing = await upgrade(system.realtimeUrl, { cookie });
    expect(missing.status).toBe(403);
    expect(JSON.parse(missing.body)).toMatchObject({ code: "origin_refused" });
    expect((await upgrade(system.realtimeUrl, { origin: testOrigin, cookie })).status).toBe(101);
  });

  test("with 401 without a session that is alive", async () => {
    const gone = await system.person("Gone");
    const { cookieHeader } = gone;
    await gone.api.api.session.$delete();
    const unknown = signedValue("A".repeat(32), testSecret);
    const cookies = ["", "connect.sid=nonsense", cookieHeader, `connect.sid=${encodeURIComponent(unknown)}`];
    for (const cookie of cookies) {
      const { status, body } = await upgrade(system.realtimeUrl, { origin: testOrigin, cookie });
      expect(status, cookie).toBe(401);
      expect(JSON.parse(body)).toMatchObject({ code: "unauthenticated" });
    }
  });

  test("with 401 for a user who is gone, and a session that ran out though its record is there", async () => {
    const left = await system.person("Left");
    await system.database.models.users.deleteOne({ _id: left.id });
    expect((await upgrade(system.realtimeUrl, { origin: testOrigin, cookie: left.cookieHeader })).status).toBe(401);

    const late = await system.person("Late");
    const sessions = system.database.connection.collection("sessions");
    await sessions.updateOne({ user: late.id }, { $set: { expires: new Date(Date.now() - 1) } });
    expect((await upgrade(system.realtimeUrl, { origin: testOrigin, cookie: late.cookieHeader })).status).toBe(401);
    expect((await late.fetch("/api/me")).status).toBe(401);
  });

  test("with 401 past the absolute end, however lately it was used", async () => {
    const old = await system.person("Old");
    const since = new Date(Date.now() - system.config.session.absolute);
    await system.database.connection.collection("sessions").updateOne({ user: old.id }, { $set: { since } });
    expect((await upgrade(system.realtimeUrl, { origin: testOrigin, cookie: old.cookieHeader })).status).toBe(401);
    expect((await old.fetch("/api/me")).status).toBe(401);
  });

  test("with 404 elsewhere, and 400 by another transport", async () => {
    const { cookieHeader: cookie } = await system.person("Fay");
    expect((await upgrade(system.realtimeUrl, { origin: testOrigin, cookie }, { path: "/elsewhere" })).status).toBe(
      404,
    );
    const polling = await fetch(`${system.realtimeUrl}/socket.io/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);
  });

  test("with 400 where it would take over the connection of another session", async () => {
    const [victim, thief] = await Promise.all([system.person("Vic"), system.person("Thea")]);
    const socket = await victim.connect();
    const path = `/socket.io/?EIO=4&transport=websocket&%73id=${socket.io.io.engine.id}`;
    const headers = { origin: testOrigin, cookie: thief.cookieHeader };
    const { status, body } = await upgrade(system.realtimeUrl, headers, { path });
    expect([status, JSON.parse(body).code]).toEqual([400, "invalid_input"]);
    expect(socket.disconnectReason).toBeUndefined();
  });

  test("with 503 as long as no change has come through the stream", async () => {
    const { createRealtime } = await import("../../realtime/server.ts");
    const { openDatabase } = await import("../../shared/database.ts");
    const database = await openDatabase(system.config);
    const realtime = createRealtime({ config: system.config, database, log: { error() {} } as never });
    await new Promise<void>((resolve) => realtime.server.listen(0, "127.0.0.1", resolve));
    const { port } = realtime.server.address() as { port: number };
    const { cookieHeader: cookie } = await system.person("Gil");
    const { status, body } = await upgrade(`http://127.0.0.1:${port}`, { origin: testOrigin, cookie });
    expect(status).toBe(503);
    expect(JSON.parse(body)).toMatchObject({ code: "unavailable" });
    await realtime.close();
    await database.close();
  });
});
