import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertComment } from "../../functions/comments/create.ts";
import { type Device, openDevice } from "../../infra/load/device.ts";
import type { Visitor } from "../../infra/load/people.ts";
import type { Server } from "../../infra/load/server.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { until } from "../helpers/until.ts";
import { visitorOf } from "./acceptance.ts";
import { type FaultWorld, startFaultWorld, sumOf, textOf } from "./harness.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** A ping every 25 s, and 8 s for the answer. */
const goneAfter = 33_000;
/** The longest comment, in the longest characters: some 8 kB. */
const longest = "\u{1F642}".repeat(2_000);

let world: FaultWorld;
let node: Server;
let proxy: TcpProxy;
/** Somebody without friends, who is no part of the load: what is written here counts against nobody's pace. */
let owner: Visitor;
let device: Device;
/** When the device behind the proxy was last not live. */
let awayAt = Number.NEGATIVE_INFINITY;
beforeAll(async () => {
  world = await startFaultWorld();
  node = world.nodes[0] as Server;
  proxy = await startTcpProxy(node.url);
  owner = await visitorOf(world.load, "owner");
  device = openDevice({
    visitor: owner,
    functionsUrl: world.functions[0]?.url as string,
    node: () => proxy.url,
    origin: world.load.config.publicOrigins[0] as string,
    address: "2001:db8:ffff::1",
    onState: (state) => {
      if (state !== "live") awayAt = performance.now();
    },
  });
  await until(() => device.isLive, { what: "the device behind the proxy to be live" });
});
afterAll(async () => {
  device?.[Symbol.dispose]();
  await proxy?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const metric = async (name: string) => sumOf(await node.metrics(), name);
const shows = (id: string) => device.feed.state.comments.some((comment) => comment.id === id);

/** The device misses nothing of what its owner wrote. */
async function caughtUp(sent: readonly { id: string; position: string }[], since: number): Promise<void> {
  await until(() => device.isLive && awayAt > since, { timeout: 60_000, what: "the device to be back" });
  const [first] = sent.map(({ position }) => position).sort();
  await device.reachBack(first as string);
  const shown = device.feed.state.comments.map(({ id }) => id);
  expect(shown).toHaveLength(new Set(shown).size);
  expect(sent.filter(({ id }) => !shown.includes(id)).map(({ position }) => position)).toEqual([]);
}

test("fault 16: a client stops reading", async () => {
  const before = await metric("kith_cuts_total");
  const sent: Awaited<ReturnType<typeof insertComment>>[] = [];
  let cutAt = 0;
  const outcome = await world.during(async ({ flow }) => {
    proxy.stopReading();
    const start = performance.now();
    // Past the pace that HTTP allows a person: only this person's own devices hear of it.
    const { comments } = world.load.database.models;
    while ((await metric("kith_cuts_total")) === before) {
      expect(sent.length, "comments until the cut").toBeLessThan(limits.unread.packets + 2_000);
      const some = Array.from({ length: 50 }, () => insertComment(comments, owner.person, longest));
      sent.push(...(await Promise.all(some)));
    }
    cutAt = performance.now() - start;
    await flow.goesOn();
    proxy.goOn();
    await caughtUp(sent, start);
  });
  expect(await metric("kith_cuts_total")).toBe(before + 1);
  world.report(
    `fault 16, a client stopped reading, cut after ${sent.length} comments in ${(cutAt / 1_000).toFixed(1)} s, caught up: ${textOf(outcome)}`,
  );
  expect(outcome.resyncs).toBe(0);
});

test("fault 17: a client's network goes silent", async () => {
  const sockets = await metric("kith_sockets");
  let goneIn = 0;
  const outcome = await world.during(async () => {
    const start = performance.now();
    proxy.goSilent();
    const isGone = async () => (await metric("kith_sockets")) === sockets - 1;
    // A second for the looking.
    await until(isGone, { timeout: goneAfter + 1_000, what: "the half-open socket to be gone" });
    goneIn = performance.now() - start;
    const missed = await insertComment(world.load.database.models.comments, owner.person, "missed");
    expect(shows(missed.id)).toBe(false);
    proxy.goOn();
    await caughtUp([missed], start);
  });
  world.report(`fault 17, a half-open socket was gone after ${(goneIn / 1_000).toFixed(1)} s: ${textOf(outcome)}`);
  expect(outcome.resyncs).toBe(0);
});

test("fault 28: the file descriptors of a node run out", async () => {
  const { pid } = node;
  const limit = await limitOf(pid);
  const connections: Socket[] = [];
  let [closed, refused] = [0, 0];
  const outcome = await world.during(async ({ flow }) => {
    const open = (await readdir(`/proc/${pid}/fd`)).length;
    await setLimit(pid, open + 20);
    try {
      // More than fit in: a server that can accept no more must close or leave waiting, and go on with those it has.
      for (let n = 0; n < 100; n++) {
        const socket = connect({ host: "127.0.0.1", port: Number(new URL(node.url).port) });
        socket.on("error", () => {});
        socket.on("close", () => {
          closed += 1;
        });
        socket.resume();
        connections.push(socket);
      }
      const isFull = async () => (await readdir(`/proc/${pid}/fd`)).length >= open + 20;
      await until(isFull, { what: "the descriptors to be used up" });
      await flow.goesOn();
      // Whoever is there already goes on being told.
      const comment = await insertComment(world.load.database.models.comments, owner.person, "still here");
      await until(() => shows(comment.id), { what: "a comment by a socket that was there before" });
      refused = closed;
      for (const socket of connections) socket.destroy();
      // Under the same limit.
      const start = performance.now();
      device.drop();
      await caughtUp([comment], start);
    } finally {
      for (const socket of connections) socket.destroy();
      await setLimit(pid, limit);
    }
  });
  world.report(
    `fault 28, descriptors ran out, ${refused} of ${connections.length} connections turned away: ${textOf(outcome)}`,
  );
  expect(outcome.resyncs).toBe(0);
});

const run = promisify(execFile);

/** The soft one, in descriptors. */
async function limitOf(pid: number): Promise<number> {
  const { stdout } = await run("prlimit", ["--pid", `${pid}`, "--nofile", "--noheadings", "--output", "SOFT"]);
  return Number(stdout);
}

async function setLimit(pid: number, limit: number): Promise<void> {
  await run("prlimit", ["--pid", `${pid}`, `--nofile=${limit}:`]);
}
