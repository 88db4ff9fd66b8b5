import session from "express-session";
import { describe, expect, test } from "vitest";
import type { SessionOptions } from "../../functions/http/session/index.ts";
import { createSession } from "../../functions/http/session/index.ts";
import { SessionGone } from "../../shared/session/store.ts";
import { type Handler, sessionApp, sidOf, stored } from "../helpers/session-app.ts";

const sid = "a".repeat(32);
const change: Handler = (c) => {
  Object.assign(c.get("session") as object, { seen: 1 });
  return c.text("ok");
};

describe("the options", () => {
  test.each([
    [{}, /"secret" must be/],
    [{ secret: [] }, /"secret" must be/],
    [{ secret: ["good", ""] }, /"secret" must be/],
    [{ secret: "s", key: "sid" }, /no option "key": use "name"/],
    [{ secret: "s", maxAge: 5 }, /no option "maxAge": known are secret, name, store/],
    [{ secret: "s", unset: "drop" }, /"unset" must be/],
    [{ secret: "s", genid: "x" }, /"genid" must be a function/],
    [{ secret: "s", store: session.MemoryStore }, /"store" must be a store/],
  ])("%j are refused by name", (options, message) => {
    expect(() => createSession(options as unknown as SessionOptions)).toThrow(message);
  });

  test("secure cookies go out over TLS alone, as the URL or a trusted proxy says; the record is saved all the same", async () => {
    const secure = { cookie: { secure: true } };
    const plain = sessionApp(secure, change);
    expect((await plain.ask()).cookies).toEqual([]);
    expect(plain.store.ids).toHaveLength(1);
    expect((await plain.ask({ "x-forwarded-proto": "https" })).cookies).toEqual([]);
    expect((await plain.ask(undefined, "https://kith.test/")).cookies[0]).toContain("; Secure");

    const proxied = sessionApp({ ...secure, proxy: true }, change);
    expect((await proxied.ask({ "x-forwarded-proto": "HTTPS , http" })).cookies).toHaveLength(1);
    expect((await proxied.ask({ "x-forwarded-proto": "http, https" })).cookies).toEqual([]);
    expect((await sessionApp({ ...secure, isSecure: () => true }, change).ask()).cookies).toHaveLength(1);
  });

  test("auto follows the scheme, in the result of a function too", async () => {
    const auto = { secure: "auto", sameSite: "auto" as never } as const;
    for (const cookie of [auto, () => auto]) {
      const { ask } = sessionApp({ cookie, proxy: true }, change);
      expect((await ask()).cookies[0]).toMatch(/; HttpOnly; SameSite=Lax$/);
      expect((await ask({ "x-forwarded-proto": "https" })).cookies[0]).toMatch(/; HttpOnly; Secure; SameSite=None$/);
    }
  });

  test("a path admits what starts with it, and elsewhere there is no session", async () => {
    const { ask } = sessionApp({ cookie: { path: "/foo/bar" } }, (c) => c.text(String(Boolean(c.get("session")))));
    expect((await ask(undefined, "http://kith.test/foo/barbaz")).body).toBe("true");
    expect((await ask(undefined, "http://kith.test/foo")).body).toBe("false");
    expect((await ask(undefined, "http://kith.test/foo%2Fbar")).body).toBe("false");
  });

  test("every attribute reaches the cookie", async () => {
    const { ask } = sessionApp(
      {
        name: "kith",
        cookie: {
          domain: "kith.test",
          path: "/",
          httpOnly: false,
          partitioned: true,
          priority: "high",
          sameSite: true,
        },
      },
      change,
    );
    expect((await ask()).cookies[0]).toMatch(
      /^kith=s%3A[^;]+; Domain=kith\.test; Path=\/; Partitioned; Priority=High; SameSite=Strict$/,
    );
  });
});

describe("a store", () => {
  test("that fails to read fails the request before its handler; ENOENT means that there is none", async () => {
    for (const failure of [new Error("away"), "away"]) {
      let isHandled = false;
      const { store, ask } = sessionApp({}, (c) => {
        isHandled = true;
        return c.text("ok");
      });
      store.failures.get = failure;
      expect((await ask(sid)).status).toBe(500);
      expect(isHandled).toBe(false);
    }
    const none = sessionApp({}, change);
    none.store.failures.get = Object.assign(new Error("none"), { code: "ENOENT" });
    expect(sidOf((await none.ask(sid)).cookies[0])).not.toBe(sid);
  });

  test("whose record has no cookie fails the request: it is no fresh session", async () => {
    const { store, ask } = sessionApp({});
    store.put(sid, { seen: 1 });
    expect((await ask(sid)).status).toBe(500);
  });

  test("that fails to write leaves the answer and its cookie, and is reported apart", async () => {
    const { store, ask, late } = sessionApp({}, change);
    store.failures.set = new Error("away");
    expect(await ask()).toMatchObject({ status: 200, cookies: [expect.any(String)] });
    expect(late).toEqual([{ error: store.failures.set, action: "save" }]);

    const touching = sessionApp({});
    touching.store.put(sid, stored());
    touching.store.failures.touch = new Error("away");
    expect((await touching.ask(sid)).status).toBe(200);
    expect(touching.late).toMatchObject([{ action: "touch" }]);

    const ending = sessionApp({ unset: "destroy" }, (c) => {
      c.set("session", null);
      return c.text("ok");
    });
    ending.store.put(sid, stored());
    ending.store.failures.destroy = new Error("away");
    expect((await ending.ask(sid)).status).toBe(200);
    expect(ending.late).toMatchObject([{ action: "destroy" }]);
  });

  test("that finds the record gone is neither an error nor a reason for a cookie", async () => {
    const { store, ask, late } = sessionApp({ rolling: true }, change);
    store.put(sid, stored());
    store.failures.set = new SessionGone();
    expect(await ask(sid)).toMatchObject({ status: 200, cookies: [] });
    expect(late).toEqual([]);
  });

  test("a cookie that cannot be written does not stop the save", async () => {
    const { store, ask, late } = sessionApp({ cookie: { domain: "not a domain" } }, change);
    expect((await ask()).cookies).toEqual([]);
    expect(late).toMatchObject([{ action: "cookie" }]);
    expect(store.ids).toHaveLength(1);
  });

  test("that says disconnect switches sessions off until it says connect", async () => {
    const { store, ask } = sessionApp({}, (c) => c.text(String(Boolean(c.get("session")))));
    store.emit("disconnect");
    expect((await ask()).body).toBe("false");
    store.emit("connect");
    expect((await ask()).body).toBe("true");
  });

  test("serves two middlewares, each by its own options", async () => {
    const first = sessionApp({ cookie: { sameSite: "lax" } }, change);
    sessionApp({ store: first.store, cookie: { sameSite: "strict" } }, change);
    expect((await first.ask()).cookies[0]).toContain("SameSite=Lax");
  });
});
