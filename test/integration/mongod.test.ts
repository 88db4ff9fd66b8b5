import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MongoClient } from "mongodb";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { findMongod } from "../../infra/mongod/find.ts";
import { type ReplicaSet, type ReplicaSetOptions, startReplicaSet } from "../../infra/mongod/replica-set.ts";

let mongod: string;
let dbPath: string;
let started: ReplicaSet[] = [];

beforeAll(async () => {
  const cacheDir = fileURLToPath(new URL("../../.kith/mongod", import.meta.url));
  mongod = (await findMongod({ cacheDir })).path;
});

beforeEach(async () => {
  dbPath = await mkdtemp(join(tmpdir(), "kith-mongod-"));
});

afterEach(async () => {
  await Promise.all(started.map((set) => set.stop("SIGKILL")));
  started = [];
  await rm(dbPath, { recursive: true, force: true });
});

async function start(options: Partial<ReplicaSetOptions> = {}): Promise<ReplicaSet> {
  const set = await startReplicaSet({ mongod, dbPath, ...options });
  started.push(set);
  return set;
}

async function withNotes<T>(set: ReplicaSet, use: (notes: ReturnType<typeof notesOf>) => Promise<T>): Promise<T> {
  const client = new MongoClient(set.uri);
  try {
    return await use(notesOf(client));
  } finally {
    await client.close();
  }
}

const notesOf = (client: MongoClient) => client.db("mongod-test").collection<{ _id: string }>("notes");

const majority = { writeConcern: { w: "majority" } } as const;

test("takes majority writes as soon as it is given out, and keeps them when it moves to another port", async () => {
  const first = await start();
  await withNotes(first, (notes) => notes.insertOne({ _id: "kept" }, majority));
  await first.stop();

  const second = await start({ setParameters: { ttlMonitorSleepSecs: 1 } });

  expect(second.port).not.toBe(first.port);
  await withNotes(second, async (notes) => {
    expect(await notes.findOne({})).toEqual({ _id: "kept" });
    await notes.insertOne({ _id: "added" }, majority);
  });
});

test("is itself again on the same port, also after it was killed", async () => {
  const first = await start();
  await withNotes(first, (notes) => notes.insertOne({ _id: "kept" }, { writeConcern: { w: "majority", j: true } }));
  await first.stop("SIGKILL");

  const second = await start({ port: first.port });

  expect(second.uri).toBe(first.uri);
  expect(await withNotes(second, (notes) => notes.countDocuments())).toBe(1);
});

test("says that the port is taken", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  try {
    await expect(start({ port })).rejects.toMatchObject({
      fault: "port-taken",
      message: `Port ${port} on 127.0.0.1 is taken: stop what listens there, or choose another port.`,
    });
  } finally {
    taken.close();
  }
});

test("says which process holds the data folder", async () => {
  const holder = await start();

  await expect(start()).rejects.toMatchObject({
    fault: "folder-in-use",
    message: expect.stringContaining(`another mongod (pid ${holder.pid})`),
  });
});

test("does not take over the data of a set with another name", async () => {
  await (await start({ replSet: "theirs" })).stop("SIGKILL");

  await expect(start({ replSet: "ours" })).rejects.toThrow('replica set "theirs", not to "ours"');
});

test("shows the end of the server's log when that does not come up", async () => {
  await expect(start({ setParameters: { noSuchParameter: 1 } })).rejects.toThrow(/Unknown --setParameter/);
});
