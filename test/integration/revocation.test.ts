import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { SessionStore } from "../../shared/session/store.ts";
import { testOrigin } from "../helpers/config.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";
import { upgrade } from "../helpers/upgrade.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

describe("a session that ends", () => {
  test("closes its sockets, told why, and no others", async () => {
    const hana = await system.person("Hana");
    const [first, second] = await Promise.all([hana.connect(), hana.connect()]);
    const other = await system.person("Ian");
    const untouched = await other.connect();

    expect((await hana.api.api.session.$delete()).status).toBe(204);
    for (const socket of [first, second]) {
      expect(await socket.first("session")).toMatchObject({ state: "ended" });
      expect(await socket.closed()).toBe("io server disconnect");
    }
    expect(untouched.disconnectReason).toBeUndefined();
    expect(untouched.all("session")).toEqual([]);
  });

  test("between the reading of its record and the join, leaves no socket open", async () => {
    const jo = await system.person("Jo");
    const told = await jo.connect();
    const { sessions } = system.realtimeDatabase;
    const isRead = Promise.withResolvers<void>();
    const latch = Promise.withResolvers<void>();
    const read = vi.spyOn(sessions, "read").mockImplementationOnce(async (sid) => {
      const record = await SessionStore.prototype.read.call(sessions, sid);
      isRead.resolve();
      await latch.promise;
      return record;
    });
    const answer = upgrade(system.realtimeUrl, { origin: testOrigin, cookie: jo.cookieHeader });
    await isRead.promise;
    await jo.api.api.session.$delete();
    await told.closed();
    latch.resolve();
    expect((await answer).status).toBe(401);
    read.mockRestore();
  });

  test("between the upgrade and the join, closes the connection", async () => {
    const kim = await system.person("Kim");
    const told = await kim.connect();
    const { status, closed } = await upgrade(
      system.realtimeUrl,
      { origin: testOrigin, cookie: kim.cookieHeader },
      { keep: true },
    );
    expect(status).toBe(101);
    await kim.api.api.session.$delete();
    await told.closed();
    await closed;
  });
});

test("a refused client that keeps its end open does not keep ours", async () => {
  // A system of its own, in which nobody else comes and goes.
  await using quiet = await startSystem();
  const { server } = quiet.realtime;
  const connections = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  const socket = connect({
    port: Number(new URL(quiet.realtimeUrl).port),
    host: "127.0.0.1",
    allowHalfOpen: true,
  });
  const answered = new Promise((resolve) => socket.once("data", resolve));
  socket.write("GET /socket.io/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  expect(String(await answered)).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  await until(async () => (await connections()) === 0);
  expect(socket.writable).toBe(true);
  socket.destroy();
});
