import { describe, expect, test } from "vitest";
import { sessionApp, sidOf, stored } from "../helpers/session-app.ts";

const sid = "a".repeat(32);

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
