import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Client } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let system: System;
beforeAll(async () => {
  // In production 15 s.
  system = await startSystem({ sweepInterval: 300 });
});
afterAll(() => system?.[Symbol.asyncDispose]());

const users = () => system.database.models.users.collection;

async function endOf(client: Client, during: () => Promise<unknown>) {
  const socket = await client.connect();
  await during();
  await socket.closed();
  return socket.all("session").map((told) => (told.state === "ended" ? told.reason : told.state));
}

describe("the sweep", () => {
  test("ends a session under whose id somebody else was signed in, or nobody", async () => {
    const [ada, ben] = await Promise.all([system.person("Ada"), system.person("Ben")]);
    const sessions = system.database.connection.collection("sessions");
    const record = (await sessions.findOne({ user: ada.id })) as { _id: unknown; session?: string } | null;
    const signIn = async (passport: object) => {
      const session = JSON.stringify({ ...JSON.parse(record?.session ?? ""), passport });
      await sessions.updateOne({ _id: record?._id as never }, { $set: { session } });
    };
    const untouched = await ben.connect();
    expect(await endOf(ada, () => signIn({ user: ben.id }))).toEqual(["replaced"]);
    await signIn({ user: ada.id });
    expect(await endOf(ada, () => signIn({}))).toEqual(["signedOut"]);
    expect(untouched.disconnectReason).toBeUndefined();
  });

  test("ends the sockets of a user of whose end no change told", async () => {
    const [ada, ben] = await Promise.all([system.person("Ada"), system.person("Ben")]);
    const deaf = vi.spyOn(system.realtime.connections, "hasUser").mockReturnValue(false);
    const disable = () => users().updateOne({ _id: toId(ada) }, { $set: { disabledAt: new Date() } });
    expect(await endOf(ada, disable)).toEqual(["accountDisabled"]);
    expect(await endOf(ben, () => users().deleteOne({ _id: toId(ben) }))).toEqual(["accountDeleted"]);
    deaf.mockRestore();
  });

  test("that cannot read ends nobody", async () => {
    const ada = await system.person("Ada");
    const socket = await ada.connect();
    const away = vi.spyOn(system.realtimeDatabase.sessions, "readKey").mockRejectedValue(new Error("away"));
    const earlier = away.mock.calls.length;
    await until(() => away.mock.calls.length > earlier + 2);
    away.mockRestore();
    await ada.comment("still there");
    await socket.first("comment");
    expect(socket.all("session")).toEqual([]);
  });
});

test("a change of a user ends the sockets of one who is disabled or gone at once, and reads of nobody who is not here", async () => {
  // The sweep never gets there first.
  await using slow = await startSystem();
  const [ada, ben, away] = [await slow.person("Ada"), await slow.person("Ben"), await slow.person("Away")];
  const [first, second] = [await ada.connect(), await ben.connect()];
  const collection = slow.database.models.users.collection;
  const findUser = vi.spyOn(slow.realtimeDatabase, "findUser");
  await collection.updateOne({ _id: toId(away) }, { $set: { firstName: "Anew" } });
  const disabled = performance.now();
  await collection.updateOne({ _id: toId(ada) }, { $set: { disabledAt: new Date() } });
  await first.closed();
  expect(performance.now() - disabled).toBeLessThan(2_000);
  expect(first.all("session")).toMatchObject([{ state: "ended", reason: "accountDisabled" }]);
  expect(findUser.mock.calls).toEqual([[ada.id]]);

  await collection.deleteOne({ _id: toId(ben) });
  await second.closed();
  expect(second.all("session")).toMatchObject([{ state: "ended", reason: "accountDeleted" }]);
});

function toId({ id }: Client) {
  return new system.database.models.users.base.Types.ObjectId(id);
}
