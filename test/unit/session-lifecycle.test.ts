import { describe, expect, test } from "vitest";
import { cookieOf, type Handler, sessionApp, sidOf, stored } from "../helpers/session-app.ts";

const sid = "a".repeat(32);
const hour = { cookie: { maxAge: 3_600_000 } };

describe("a request without a session", () => {
  test("stores nothing and gets no cookie, unless something was put in", async () => {
    const idle = sessionApp({});
    expect((await idle.ask()).cookies).toEqual([]);
    expect(idle.store.calls).toEqual([]);

    const busy = sessionApp(hour, (c) => {
      Object.assign(c.get("session") as object, { seen: 1 });
      return c.text("ok");
    });
    const { cookies } = await busy.ask();
    expect(cookies).toEqual([
      expect.stringMatching(
        /^connect\.sid=s%3A[\w-]{32}\.[\w%]+; Path=\/; Expires=\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT; HttpOnly$/,
      ),
    ]);
    expect(busy.store.record(sidOf(cookies[0]))).toMatchObject({ seen: 1, cookie: { originalMaxAge: 3_600_000 } });
  });

  test("with saveUninitialized is stored and gets a cookie, rolling or not", async () => {
    const { store, ask } = sessionApp({ saveUninitialized: true });
    expect((await ask()).cookies).toHaveLength(1);
    expect(store.ids).toHaveLength(1);
  });

  test("with rolling alone gets none", async () => {
    const { ask } = sessionApp({ rolling: true });
    expect((await ask()).cookies).toEqual([]);
  });
});

describe("a session that was stored", () => {
  test("is read once and touched once, without a cookie", async () => {
    const { store, ask } = sessionApp(hour);
    store.put(sid, stored({ seen: 1 }));
    expect(await ask(sid)).toMatchObject({ status: 200, cookies: [] });
    expect(store.calls).toEqual(["get", "touch"]);
  });

  test("is saved with resave though nothing changed, and rolls with rolling", async () => {
    const { store, ask } = sessionApp({ ...hour, resave: true, rolling: true });
    store.put(sid, stored());
    expect(sidOf((await ask(sid)).cookies[0])).toBe(sid);
    expect(store.calls).toEqual(["get", "set"]);
  });

  test("whose cookie has no end is saved without a cookie when it changes", async () => {
    const { store, ask } = sessionApp({}, (c) => {
      Object.assign(c.get("session") as object, { seen: 2 });
      return c.text("ok");
    });
    store.put(sid, stored({}, { originalMaxAge: null, expires: null }));
    expect((await ask(sid)).cookies).toEqual([]);
    expect(store.record(sid)).toMatchObject({ seen: 2 });
  });

  test("of which only cookie.maxAge changes is only touched; a nested key called cookie counts", async () => {
    const short = sessionApp({}, (c) => {
      const current = c.get("session");
      if (current) current.cookie.maxAge = 1_000;
      return c.text("ok");
    });
    short.store.put(sid, stored());
    expect((await short.ask(sid)).cookies).toEqual([]);
    expect(short.store.calls).toEqual(["get", "touch"]);

    const nested = sessionApp({}, (c) => {
      Object.assign(c.get("session") as object, { jar: { cookie: 1 } });
      return c.text("ok");
    });
    nested.store.put(sid, stored({ jar: {} }));
    await nested.ask(sid);
    expect(nested.store.calls).toEqual(["get", "set"]);
  });

  test("keeps its stored attributes when the options change", async () => {
    const { store, ask } = sessionApp({ cookie: { path: "/", sameSite: "strict" }, rolling: true });
    store.put(sid, stored());
    expect((await ask(sid)).cookies[0]).not.toContain("SameSite");
  });

  test("moves its end and the cookie's to the same moment", async () => {
    const { store, ask } = sessionApp({ ...hour, rolling: true }, (c) => {
      Object.assign(c.get("session") as object, { seen: 2 });
      return c.text("ok");
    });
    store.put(sid, stored({}, { originalMaxAge: 7_200_000 }));
    const [line = ""] = (await ask(sid)).cookies;
    const told = new Date(/Expires=([^;]+)/.exec(line)?.[1] ?? "");
    const kept = new Date(String(store.record(sid)?.cookie.expires));
    expect(told.getTime()).toBe(Math.floor(kept.getTime() / 1000) * 1000);
    expect(kept.getTime() - Date.now()).toBeGreaterThan(7_100_000);
  });

  test("gets its cookie with a touch only by our own rolling", async () => {
    const { store, ask } = sessionApp({ ...hour, rolling: "touch" });
    store.put(sid, stored());
    expect(sidOf((await ask(sid)).cookies[0])).toBe(sid);
    expect(store.calls).toEqual(["get", "touch"]);
  });
});

describe("an id", () => {
  test("that is signed but unknown is replaced, never adopted", async () => {
    const { ask, store } = sessionApp({}, (c) => {
      Object.assign(c.get("session") as object, { seen: 1 });
      return c.text("ok");
    });
    const given = sidOf((await ask(sid)).cookies[0]);
    expect(given).toMatch(/^[\w-]{32}$/);
    expect(given).not.toBe(sid);
    expect(store.ids).toEqual([given]);
  });

  test("that is unsigned, badly signed or empty never reaches the store", async () => {
    const { store, ask } = sessionApp({});
    for (const cookie of [`connect.sid=${sid}`, cookieOf(sid, "wrong"), "connect.sid=s%3A", cookieOf("")]) {
      await ask({ cookie });
    }
    expect(store.calls).toEqual([]);
  });

  test("signed by any of the secrets counts, a Buffer too; the first of two cookies alone is looked at", async () => {
    const { store, ask } = sessionApp({ secret: ["new", Buffer.from("old")] });
    store.put(sid, stored());
    await ask({ cookie: cookieOf(sid, "old") });
    expect(store.calls).toEqual(["get", "touch"]);
    await ask({ cookie: `${cookieOf(sid, "bad")}; ${cookieOf(sid, "new")}` });
    expect(store.calls).toEqual(["get", "touch"]);
  });

  test("of genid is taken; what is no string is neither stored nor sent", async () => {
    const change: Handler = (c) => {
      Object.assign(c.get("session") as object, { seen: 1 });
      return c.text("ok");
    };
    const own = sessionApp({ genid: (c) => `id-${c.req.method}` }, change);
    expect(sidOf((await own.ask()).cookies[0])).toBe("id-GET");
    const bogus = sessionApp({ genid: () => 5 as unknown as string }, change);
    expect((await bogus.ask()).cookies).toEqual([]);
    expect(bogus.store.calls).toEqual([]);
  });
});

describe("a handler", () => {
  test("that regenerates gets a new id, saved though empty, and the old record goes", async () => {
    const { store, ask } = sessionApp({}, async (c) => {
      await new Promise<void>((resolve) => c.get("session")?.regenerate(() => resolve()));
      return c.text(c.get("session")?.id ?? "");
    });
    store.put(sid, stored());
    const { body, cookies } = await ask(sid);
    expect(sidOf(cookies[0])).toBe(body);
    expect(store.ids).toEqual([body]);
  });

  test("that destroys leaves no session, no record and the cookie as it is", async () => {
    const { store, ask } = sessionApp({}, async (c) => {
      await new Promise<void>((resolve) => c.get("session")?.destroy(() => resolve()));
      return c.text(String(c.get("session")));
    });
    store.put(sid, stored());
    expect(await ask(sid)).toMatchObject({ body: "undefined", cookies: [] });
    expect(store.calls).toEqual(["get", "destroy"]);
  });

  test("that unsets keeps the record, or destroys it with unset: destroy", async () => {
    for (const unset of ["keep", "destroy"] as const) {
      const { store, ask } = sessionApp({ unset }, (c) => {
        c.set("session", null);
        return c.text("ok");
      });
      store.put(sid, stored());
      expect((await ask(sid)).cookies).toEqual([]);
      expect(store.ids).toEqual(unset === "keep" ? [sid] : []);
    }
  });

  test("that reloads sees the stored state, and what it changes then is saved", async () => {
    const { store, ask } = sessionApp({}, async (c) => {
      const before = c.get("session") as unknown as { seen: number };
      before.seen = 9;
      await new Promise<void>((resolve) => c.get("session")?.reload(() => resolve()));
      const after = c.get("session") as unknown as { seen: number };
      after.seen += 1;
      return c.text(String(after.seen));
    });
    store.put(sid, stored({ seen: 1 }));
    expect((await ask(sid)).body).toBe("2");
    expect(store.record(sid)).toMatchObject({ seen: 2 });
  });

  test("that saves by itself is not saved for again; a change after that is", async () => {
    for (const again of [false, true]) {
      const { store, ask } = sessionApp({}, async (c) => {
        Object.assign(c.get("session") as object, { seen: 2 });
        await new Promise<void>((resolve) => c.get("session")?.save(() => resolve()));
        if (again) Object.assign(c.get("session") as object, { seen: 3 });
        return c.text("ok");
      });
      store.put(sid, stored({ seen: 1 }));
      await ask(sid);
      expect(store.calls).toEqual(again ? ["get", "set", "set"] : ["get", "set", "touch"]);
    }
  });

  test("that fails still has its change saved, and its own cookies come first", async () => {
    const failing = sessionApp({}, (c) => {
      Object.assign(c.get("session") as object, { seen: 2 });
      throw new Error("no");
    });
    failing.store.put(sid, stored());
    expect((await failing.ask(sid)).status).toBe(500);
    expect(failing.store.record(sid)).toMatchObject({ seen: 2 });

    const baking = sessionApp({ rolling: true }, (c) => {
      c.header("set-cookie", "own=1");
      return c.text("ok");
    });
    baking.store.put(sid, stored());
    expect((await baking.ask(sid)).cookies.map((line) => line.split("=")[0])).toEqual(["own", "connect.sid"]);
  });
});
