import { MongoClient } from "mongodb";
import { expect, test } from "vitest";
import { type Member, startMembers } from "../helpers/members.ts";
import { until } from "../helpers/until.ts";

const majority = { writeConcern: { w: "majority" } } as const;

test("a set of three elects another primary when its first one is killed, and takes that one back", {
  timeout: 90_000,
}, async () => {
  await using set = await startMembers(3);
  const client = new MongoClient(set.uri);
  try {
    const notes = client.db().collection<{ _id: string }>("notes");
    await notes.insertOne({ _id: "before" }, majority);
    const first = await set.primary();
    await first.stop("SIGKILL");
    const second = await set.primary();
    expect(second.host).not.toBe(first.host);
    await notes.insertOne({ _id: "meanwhile" }, majority);
    await first.start();
    const { members } = await second.admin({ replSetGetStatus: 1 });
    expect(members).toHaveLength(3);
    expect(await notes.countDocuments()).toBe(2);
  } finally {
    await client.close();
  }
});

test("a copy without a vote lags on request, and holds up no write", { timeout: 60_000 }, async () => {
  await using set = await startMembers([{}, { priority: 0, votes: 0, tags: { lag: "yes" } }]);
  const client = new MongoClient(set.uri);
  const reader = new MongoClient(`${set.uri}&readPreference=secondary&readPreferenceTags=lag:yes`);
  try {
    const seen = () => reader.db().collection("notes").countDocuments();
    const copy = set.members[1] as Member;
    await client.db().collection("notes").insertOne({}, majority);
    await until(async () => (await seen()) === 1);
    await copy.setLag(true);
    await client.db().collection("notes").insertOne({}, majority);
    expect(await seen()).toBe(1);
    await copy.setLag(false);
    await until(async () => (await seen()) === 2);
  } finally {
    await Promise.all([client.close(), reader.close()]);
  }
});
