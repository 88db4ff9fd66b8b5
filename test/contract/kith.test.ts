import { createWebCryptoAdapter } from "connect-mongo";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Client } from "../helpers/client.ts";
import { testPassword } from "../helpers/client.ts";
import { testSecret } from "../helpers/config.ts";
import { startSystem } from "../helpers/system.ts";
import { createNeighbour } from "./neighbour/app.ts";
import type { NeighbourUser } from "./neighbour/users.ts";
import { readDocuments } from "./worlds/documents.ts";
import { Peers } from "./worlds/peers.ts";

const encryptionKey = "what-the-environment-says-0123456789";
const week = 7 * 24 * 60 * 60 * 1000;

/** The environment, and what a neighbour is given in its place. */
const setUps = {
  "as connect-mongo stores by itself": { environment: {}, storage: {} },
  "as objects": { environment: { SESSION_STRINGIFY: "false" }, storage: { stringify: false } },
  encrypted: {
    environment: { SESSION_ENCRYPTION_KEY: encryptionKey, SESSION_TOUCH_AFTER: "0s" },
    storage: { cryptoAdapter: createWebCryptoAdapter({ secret: encryptionKey }), touchAfter: 0 },
  },
};

const peers = new Peers();
let client: MongoClient;
beforeAll(async () => {
  client = await MongoClient.connect(inject("mongodb"));
  await peers.listen();
});
afterAll(async () => {
  await peers.close();
  await client.close();
});

/** Kith whole, an Express neighbour on its database, and a person whom both know. */
async function startBoth({ environment, storage }: { environment: Record<string, string>; storage: object }) {
  const system = await startSystem({ environment });
  const person = await system.person("Ada");
  const user: NeighbourUser = { id: person.id, username: person.me?.username as string, password: testPassword };
  const dbName = system.database.connection.name;
  const session = {
    secret: testSecret,
    cookie: { maxAge: week, sameSite: "lax" as const, secure: false },
    resave: false,
    saveUninitialized: false,
  };
  const place = { client, dbName, touchAfter: 60, autoRemove: "disabled" as const };
  const peer = peers.add(createNeighbour({ session, storage: { ...place, ...storage }, users: [user] }));

  /** The same browser, at the neighbour. */
  const atExpress = async (browser: Client, path: string, body?: object) => {
    const headers = { cookie: browser.cookieHeader };
    const method = body ? "POST" : "GET";
    const answer = await peers.ask(peer, { method, path, ...(body ? { body } : {}), headers });
    for (const line of answer.setCookies) {
      const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      if (value) browser.cookies.set(name, value);
      else browser.cookies.delete(name);
    }
    return { status: answer.status, seen: answer.body ? JSON.parse(answer.body) : undefined };
  };
  const signInAtKith = (browser: Client) =>
    browser.api.api.session.$post({ json: { username: user.username, password: testPassword } });
  return { system, person, user, dbName, atExpress, signInAtKith };
}

const copyOf = (browser: Client, other: Client) => {
  for (const [name, value] of browser.cookies) other.cookies.set(name, value);
  return other;
};

describe.each(Object.entries(setUps))("Kith and an Express neighbour, %s", (_, setUp) => {
  test("signed in and out at Express: Kith and its sockets know", async () => {
    const { system, person, user, atExpress } = await startBoth(setUp);
    await using _system = system;
    const browser = system.client();
    expect((await atExpress(browser, "/sign-in", user)).status).toBe(200);
    const shown = await browser.api.api.session.$get();
    expect(shown.status).toBe(200);
    expect(await shown.json()).toMatchObject({ user: { id: person.id } });
    const socket = await browser.connect();

    const kept = copyOf(browser, system.client());
    expect((await atExpress(browser, "/sign-out", {})).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    expect((await kept.api.api.session.$get()).status).toBe(401);
    await socket.closed();
  });

  test("signed in and out at Kith: Express knows", async () => {
    const { system, user, atExpress, signInAtKith } = await startBoth(setUp);
    await using _system = system;
    const browser = system.client();
    expect((await signInAtKith(browser)).status).toBe(200);
    expect((await atExpress(browser, "/me")).seen).toMatchObject({ user: user.username });

    const kept = copyOf(browser, system.client());
    expect((await browser.api.api.session.$delete()).status).toBe(204);
    expect((await atExpress(kept, "/me")).seen).toMatchObject({ user: null });
  });

  test("what Express changes, Kith reads, keeps and hands back", async () => {
    const { system, user, atExpress, signInAtKith } = await startBoth(setUp);
    await using _system = system;
    const browser = system.client();
    await signInAtKith(browser);
    const { seen } = await atExpress(browser, "/change", { count: "views" });
    expect(seen).toMatchObject({ user: user.username, session: { views: 1 } });
    expect((await system.database.sessions.read(seen.id))?.data).toMatchObject({ views: 1 });

    expect((await browser.api.api.me.$get()).status).toBe(200);
    expect((await atExpress(browser, "/change", { count: "views" })).seen).toMatchObject({ session: { views: 2 } });
    // A sign-in over a session ends it at both, and starts anew.
    await signInAtKith(browser);
    const anew = (await atExpress(browser, "/me")).seen;
    expect(anew).toMatchObject({ user: user.username });
    expect(anew.session).not.toHaveProperty("views");
    expect(anew.id).not.toBe(seen.id);
  });

  test("the records of both are alike", async () => {
    const { system, user, dbName, atExpress, signInAtKith } = await startBoth(setUp);
    await using _system = system;
    const collection = client.db(dbName).collection("sessions");
    const recordAfter = async (signIn: () => Promise<unknown>) => {
      await collection.deleteMany({});
      await signIn();
      const adapter = "cryptoAdapter" in setUp.storage ? setUp.storage.cryptoAdapter : undefined;
      const [document] = await readDocuments(collection, adapter);
      // express-session's own arithmetic can lose a millisecond of `originalMaxAge`.
      const times = /"\d{13}"|\d{4}-\d\d-\d\dT[\d:.]+Z|604(800000|799999)/g;
      return document?.text.replace(document.id, "<id>").replace(times, "<time>");
    };
    const browser = system.client();
    const atKith = await recordAfter(() => signInAtKith(browser));
    expect(atKith).toContain(user.id);
    // What Kith itself keeps in a session is any app's own affair.
    const alike = atKith
      ?.replace(/\\*"device\\*":\{[^}]*\},/, "")
      .replace(/\\*"madeWith\\*":\{.*?:(?:\d+|\{[^}]*\})\},/, "");
    expect(alike).toBe(await recordAfter(() => atExpress(system.client(), "/sign-in", user)));
  });
});
