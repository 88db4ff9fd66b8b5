import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LiveSession } from "../../functions/http/exchange.ts";
import { SessionGone, SessionStore } from "../../shared/session/store.ts";
import { expressSubject } from "./revival/express-subject.ts";
import { settled } from "./revival/handlers.ts";
import { Actor, latchDriver } from "./revival/latch.ts";
import { interleave } from "./revival/schedules.ts";
import { openWorld, type World } from "./revival/world.ts";

let latches: Disposable;
let world: World;
beforeAll(async () => {
  latches = latchDriver();
  world = await openWorld();
});
afterAll(async () => {
  latches?.[Symbol.dispose]();
  await world?.[Symbol.asyncDispose]();
});

describe("an Express app whose session ends between its read and its write", () => {
  for (const path of ["/me", "/test/modifies"]) {
    test(`answers ${path} whole, hears of it as a late error, and ends the connection`, async () => {
      const heard: { error: unknown; isLate: boolean }[] = [];
      const tell = (error: unknown, isLate: boolean) => heard.push({ error, isLate });
      await using subject = await expressSubject(world, world.database.sessions, "late", tell);
      const { cookie } = await world.signedIn();
      const agent = new Agent({ keepAlive: true });
      const closed = Promise.withResolvers<void>();
      let body = "";

      const late = new Actor("R", "operations", [], async ({ id }) => {
        const sent = request(new URL(path, subject.url), {
          agent,
          method: path === "/me" ? "GET" : "POST",
          headers: { cookie, "x-actor": id },
        });
        sent.on("socket", (socket) => socket.on("close", closed.resolve)).end();
        const [response] = (await once(sent, "response")) as [IncomingMessage];
        body = await text(response);
        return response.statusCode ?? 0;
      });
      const signOut = new Actor("L", "operations", [], ({ id }) => subject.signOut(cookie, id));
      // The read of the session and of its user come before the whole of the sign-out, the write after it.
      await interleave([late, signOut], (index) => (index < 2 ? "R" : "L"));

      expect(await late.outcome).toEqual({ status: "fulfilled", value: 200 });
      expect(await signOut.outcome).toEqual({ status: "fulfilled", value: 204 });
      expect(JSON.parse(body)).toBeTypeOf("object");
      await closed.promise;
      expect(heard).toEqual([{ error: expect.any(SessionGone), isLate: true }]);
      expect(heard[0]?.error).toMatchObject({ code: "ENOENT", status: 401, message: "The session has ended." });
      agent.destroy();
    });
  }
});

describe("a session store", () => {
  /** A store under options of its own, and a request that express-session's classes would accept. */
  function storeWith(options: Partial<ConstructorParameters<typeof SessionStore>[0]> = {}) {
    const { client, database } = world;
    const store = new SessionStore({
      client,
      dbName: database.connection.name,
      idle: 60_000,
      absolute: 600_000,
      ...options,
    });
    const sid = crypto.randomUUID();
    const made = (data: object = {}) => {
      const holder = { sessionID: sid, sessionStore: store, session: undefined as LiveSession | undefined };
      const session = store.createSession(holder, { cookie: { originalMaxAge: 60_000 }, ...data } as never);
      return session as LiveSession;
    };
    const isThere = async () => (await world.sessions.countDocuments({ _id: store.keyOf(sid) })) === 1;
    return { store, sid, made, isThere };
  }
  const seed = (store: SessionStore, sid: string, data: object = {}) =>
    settled((done) => store.set(sid, { cookie: { originalMaxAge: 60_000 }, ...data } as never, done));

  test("creates the record of a new session, and creates it once", async () => {
    const { store, sid, isThere } = storeWith();
    const fresh = { cookie: { originalMaxAge: 60_000 } } as never;
    await settled((done) => store.set(sid, fresh, done));
    expect(await isThere()).toBe(true);
    await settled((done) => store.destroy(sid, done));
    await expect(settled((done) => store.set(sid, fresh, done))).rejects.toThrow(SessionGone);
    expect(await isThere()).toBe(false);
  });

  test("creates it once of two first saves, with an end between them", async () => {
    const { store, sid, isThere } = storeWith();
    const fresh = { cookie: { originalMaxAge: 60_000 } } as never;
    const operations: never[] = [];
    // Both are called before either is answered; the second is let through when the session has ended.
    const saves = new Actor("R", "operations", operations, async () => {
      const both = [1, 2].map(() => settled((done) => store.set(sid, fresh, done)));
      return (await Promise.allSettled(both)).filter(({ status }) => status === "fulfilled").length;
    });
    const end = new Actor("L", "operations", operations, async () => {
      await settled((done) => store.destroy(sid, done));
      return 0;
    });
    await interleave([saves, end], (index) => (index < 1 ? "R" : "L"));
    expect(await saves.outcome).toEqual({ status: "fulfilled", value: 1 });
    expect(await isThere()).toBe(false);
  });

  test("knows a session again in a copy of it, by the cookie that both hold", async () => {
    const { store, sid, made, isThere } = storeWith();
    await seed(store, sid);
    const session = made();
    await settled((done) => store.destroy(sid, done));
    for (const copy of [{ ...session }, Object.assign(Object.create(null), session)]) {
      await expect(settled((done) => store.set(sid, copy, done))).rejects.toThrow(SessionGone);
    }
    expect(await isThere()).toBe(false);
  });

  test("ends what it regenerates, and fails where its user is no longer there", async () => {
    for (const options of [{}, { transformId: (id: string) => `app:${id}` }, { stringify: false }]) {
      const { store, sid, made, isThere } = storeWith(options);
      Object.assign(store, { generate: () => {} });
      const regenerate = (session: LiveSession) => settled((done) => session.regenerate(done));
      const user = { passport: { user: "0123456789abcdef01234567" } };

      await seed(store, sid, user);
      await regenerate(made(user));
      expect(await isThere()).toBe(false);
      await expect(regenerate(made(user))).rejects.toThrow(SessionGone);
      await regenerate(made());

      // Signed out by half: passport saves the session without its user before it ends it.
      await seed(store, sid);
      await expect(regenerate(made(user))).rejects.toThrow(SessionGone);
      expect(await isThere()).toBe(false);
    }
  });

  test("says that a touch came too late", async () => {
    const { store, sid, made } = storeWith();
    await seed(store, sid);
    const session = made();
    await settled((done) => store.touch(sid, session as never, done));
    await settled((done) => store.destroy(sid, done));
    await expect(settled((done) => store.touch(sid, session as never, done))).rejects.toThrow(SessionGone);
  });
});
