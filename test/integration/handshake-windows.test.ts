import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Client, RecordingSocket } from "../helpers/client.ts";
import { testOrigin } from "../helpers/config.ts";
import { hold } from "../helpers/hold.ts";
import { RawSocket } from "../helpers/raw-socket.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let system: System;
let friend: Client;
let atFriends: RecordingSocket;
beforeAll(async () => {
  system = await startSystem();
  friend = await system.person("Friend");
  atFriends = await friend.connect();
});
afterAll(() => system?.[Symbol.asyncDispose]());

/** A client somewhere in its handshake, whose session ends there. */
interface Scene {
  raw: RawSocket;
  request: string;
  /** The stored `_id` of the session. */
  key: string;
  /** Signs out; resolves when that is acknowledged. */
  signOut(): Promise<void>;
  /** The same, and waits until a friend's comment after it has gone through the node's stream. */
  signOutAndHear(): Promise<void>;
}

/** A window of the handshake: goes into it, ends the session and goes on; what must be answered, undefined for nothing. */
type Window = (scene: Scene) => Promise<401 | 101 | undefined>;

async function held(scene: Scene, what: ReturnType<typeof hold>, answer: 401 | 101) {
  scene.raw.send(scene.request);
  await what.reached;
  await scene.signOutAndHear();
  what.release();
  return answer;
}

async function joinHeld(scene: Scene, when: "before" | "after", goOn: (scene: Scene) => Promise<void>): Promise<101> {
  scene.raw.send(scene.request);
  await scene.raw.frame("0{");
  const reading = hold(system.realtimeDatabase.sessions, "readKey", when, (key) => key === scene.key);
  scene.raw.say("40");
  await reading.reached;
  await goOn(scene);
  reading.release();
  return 101;
}

const windows: Record<string, Window> = {
  async "after half of the request line"({ raw, request, signOutAndHear }) {
    raw.send(request.slice(0, 12));
    await signOutAndHear();
    raw.send(request.slice(12));
    return 401;
  },
  async "before the last byte of the headers"({ raw, request, signOutAndHear }) {
    raw.send(request.slice(0, -1));
    await signOutAndHear();
    raw.send(request.slice(-1));
    return 401;
  },
  "before the session is read": (scene) => held(scene, hold(system.realtimeDatabase.sessions, "read", "before"), 401),
  "after the session is read": (scene) => held(scene, hold(system.realtimeDatabase.sessions, "read", "after"), 401),
  "before the user is read": (scene) => held(scene, hold(system.realtimeDatabase, "findUser", "before"), 401),
  "after the user is read": (scene) => held(scene, hold(system.realtimeDatabase, "findUser", "after"), 401),
  async "before the upgrade"(scene) {
    const upgrade = hold(system.realtime.io.engine, "handleUpgrade", "before");
    scene.raw.send(scene.request);
    await upgrade.reached;
    await scene.signOutAndHear();
    upgrade.release();
    return undefined;
  },
  async "after the upgrade, with nothing read yet"({ raw, request, signOutAndHear }) {
    const upgraded = hold(system.realtime.io.engine, "handleUpgrade", "after");
    raw.pause();
    raw.send(request);
    await upgraded.reached;
    upgraded.release();
    await signOutAndHear();
    raw.resume();
    return 101;
  },
  async "before the packet that joins"({ raw, request, signOutAndHear }) {
    raw.send(request);
    await raw.frame("0{");
    await signOutAndHear();
    raw.say("40");
    return 101;
  },
  async "before the packet that joins, which comes before the stream tells of it"({ raw, request, signOut }) {
    raw.send(request);
    await raw.frame("0{");
    const deaf = vi.spyOn(system.realtime.connections, "end").mockImplementationOnce(() => {});
    await signOut();
    await until(() => deaf.mock.calls.length > 0);
    deaf.mockRestore();
    raw.say("40");
    return 101;
  },
  "before the join reads the session again": (scene) => joinHeld(scene, "before", (held) => held.signOutAndHear()),
  "after the join has read the session again": (scene) => joinHeld(scene, "after", (held) => held.signOutAndHear()),
  async "in the tick in which it is told who it is"({ raw, request, key, signOutAndHear }) {
    raw.send(request);
    await raw.frame("0{");
    system.realtime.io.once("connection", (socket) => {
      const emit = socket.emit.bind(socket) as (...args: unknown[]) => boolean;
      socket.emit = ((...args: unknown[]) => {
        const sent = emit(...args);
        if (args[0] === "me") system.realtime.connections.end(key, "signedOut");
        return sent;
      }) as never;
    });
    raw.say("40");
    await raw.frame('42["me"');
    await signOutAndHear();
    return 101;
  },
  async "after it left its namespace"({ raw, request, signOutAndHear }) {
    raw.send(request);
    await raw.frame("0{");
    raw.say("40");
    await raw.frame('42["me"');
    raw.say("41");
    await signOutAndHear();
    return 101;
  },
};

test.each(Object.keys(windows))("a log-out %s leaves no socket open, and nothing is heard after it", async (name) => {
  const jo = await system.person("Jo");
  await jo.befriend(friend);
  const [, key = ""] = /^s%3A([^.]+)/.exec(jo.cookies.get("connect.sid") ?? "") ?? [];
  const raw = new RawSocket(system.realtimeUrl);
  let heardBefore = 0;
  const signOut = async () => {
    const { status } = await jo.fetch("/api/session", { method: "DELETE" });
    heardBefore = raw.frames.length;
    expect(status).toBe(204);
  };
  const comment = async () => {
    const { id } = await friend.comment("after the log-out");
    await atFriends.first("comment", (heard) => heard.id === id);
  };
  const signOutAndHear = async () => {
    await signOut();
    await comment();
  };
  const request = RawSocket.request({ origin: testOrigin, cookie: jo.cookieHeader });
  const expected = await windows[name]?.({ raw, request, key, signOut, signOutAndHear });

  if (expected) expect(await raw.answered()).toBe(expected);
  await raw.closed();
  expect(raw.status).toBe(expected);
  await comment();
  const heard = raw.frames.slice(heardBefore);
  expect(heard.filter((frame) => /^42\["(?!session")/.test(frame))).toEqual([]);
  expect(raw.frames.filter((frame) => frame.startsWith('42["comment"'))).toEqual([]);
  expect(system.realtime.connections.keys()).not.toContain(key);
  expect(system.realtime.connections.users()).toEqual([friend.id]);
});

test("a client that does not close what it is told to close is cut off", async () => {
  const jo = await system.person("Jo");
  const raw = new RawSocket(system.realtimeUrl);
  raw.send(RawSocket.request({ origin: testOrigin, cookie: jo.cookieHeader }));
  await raw.frame("0{");
  raw.say("40");
  await raw.frame('42["me"');
  await jo.fetch("/api/session", { method: "DELETE" });
  expect(await raw.frame('42["session"')).toContain('"ended"');
  await raw.closed(2_000);
});

test("nobody is registered any more when everybody has gone, also after a refused upgrade", async () => {
  const jo = await system.person("Jo");
  const raw = new RawSocket(system.realtimeUrl);
  raw.send(
    RawSocket.request({ origin: testOrigin, cookie: jo.cookieHeader }).replace("transport=websocket", "transport=x"),
  );
  expect(await raw.answered()).toBe(400);
  await raw.closed();
  atFriends.close();
  await until(() => system.realtime.connections.keys().length === 0);
  expect(system.realtime.connections.users()).toEqual([]);
});
