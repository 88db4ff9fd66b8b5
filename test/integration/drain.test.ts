import { afterEach, expect, test } from "vitest";
import type { EventPayload } from "../../shared/contracts/events.ts";
import { Client, type RecordingSocket } from "../helpers/client.ts";
import { startOwnSet } from "../helpers/own-set.ts";
import { type Processes, startProcesses } from "../helpers/processes.ts";
import { RawSocket } from "../helpers/raw-socket.ts";
import { until } from "../helpers/until.ts";
import { upgrade } from "../helpers/upgrade.ts";

const spread = 2_000;
let processes: Processes | undefined;
afterEach(async () => {
  await processes?.[Symbol.asyncDispose]();
  processes = undefined;
});

async function start(environment: Record<string, string> = {}) {
  processes = await startProcesses({ DRAIN_SPREAD: `${spread}ms`, ...environment });
  const running = processes;
  const person = async (firstName: string) => {
    const client = new Client({ ...running, origin: running.functionsUrl });
    await client.signUp(firstName);
    return client;
  };
  return { ...running, person };
}

/** A client that does as it is told by `drain`; notes when it left. */
function obey(socket: RecordingSocket): { drain?: EventPayload<"drain"> } {
  const noted: { drain?: EventPayload<"drain"> } = {};
  socket.io.on("drain", (drain) => {
    noted.drain = drain;
    setTimeout(() => socket.close(), drain.afterMs);
  });
  return noted;
}

test("a node that is told to stop is not ready, takes nobody, and sends everybody away over a time, telling them everything until then", async () => {
  const { realtime, realtimeUrl, functionsUrl, person } = await start();
  const [ada, ben] = (await Promise.all([person("Ada"), person("Ben")])) as [Client, Client];
  await ada.befriend(ben);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => ben.connect()));
  const told = sockets.slice(0, 19).map(obey);
  const stubborn = sockets[19] as RecordingSocket;

  realtime.child.kill("SIGTERM");
  await Promise.all(sockets.map((socket) => socket.first("drain")));
  const ready = await fetch(`${realtimeUrl}/ready`);
  expect([ready.status, (await ready.json()).status]).toEqual([503, "draining"]);
  expect((await fetch(`${realtimeUrl}/health`)).status).toBe(200);
  const late = await upgrade(realtimeUrl, { origin: functionsUrl, cookie: ben.cookieHeader });
  expect([late.status, JSON.parse(late.body).code]).toEqual([503, "unavailable"]);
  const times = sockets.flatMap((socket) => socket.all("drain").map(({ afterMs }) => afterMs));
  expect(times.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => ((i + 1) * spread) / 20));

  const sent: string[] = [];
  while (!stubborn.disconnectReason && sent.length < 50) {
    const comment = await ada.comment("still here?");
    const present = sockets.filter(({ io }) => io.connected);
    sent.push(comment.id);
    await Promise.race([
      Promise.all(present.map((socket) => until(() => !socket.io.connected || heard(socket).includes(comment.id)))),
      stubborn.closed(),
    ]);
  }
  expect(sent.length).toBeGreaterThan(1);
  for (const socket of sockets) expect(heard(socket)).toEqual(sent.slice(0, heard(socket).length));
  expect(heard(stubborn).length).toBeGreaterThanOrEqual(sent.length - 1);
  expect(told.every(({ drain }) => drain)).toBe(true);
  // Whoever does not go is closed, so that it comes back by itself.
  expect(await stubborn.closed()).toBe("transport close");
  expect(await realtime.exit()).toBe(0);
}, 40_000);

const heard = (socket: RecordingSocket) => socket.all("comment").map(({ id }) => id);

test("a second signal ends a drain at once, and nobody is left without a close", async () => {
  const { realtime, person } = await start({ DRAIN_SPREAD: "10m" });
  const socket = await (await person("Cleo")).connect();
  realtime.child.kill("SIGTERM");
  await socket.first("drain");
  expect(await realtime.end("SIGINT")).toBe(0);
  expect(await socket.closed()).toBe("transport close");
});

test("with nobody there, or with no spread, a node ends at once", async () => {
  const { realtime } = await start({ DRAIN_SPREAD: "10m" });
  expect(await realtime.end("SIGTERM")).toBe(0);
  await processes?.[Symbol.asyncDispose]();
  const other = await start({ DRAIN_SPREAD: "0s" });
  const socket = await (await other.person("Dan")).connect();
  expect(await other.realtime.end("SIGTERM")).toBe(0);
  expect(socket.all("drain")).toEqual([]);
  expect(await socket.closed()).toBe("transport close");
});

test("a database that hangs, and clients that read nothing or say half, keep no node from ending in time", async () => {
  await using set = await startOwnSet();
  const { realtime, realtimeUrl, functionsUrl, person } = await start({ MONGODB_URI: set.uri, HOST: "127.0.0.1" });
  const eve = await person("Eve");
  const raws = ["joined", "upgraded", "asking"].map(() => new RawSocket(realtimeUrl));
  const [joined, upgraded, asking] = raws as [RawSocket, RawSocket, RawSocket];
  for (const raw of [joined, upgraded]) {
    raw.send(RawSocket.request({ origin: functionsUrl, cookie: eve.cookieHeader }));
    await raw.frame("0{");
  }
  joined.say("40");
  await joined.frame('42["me"');
  for (const raw of [joined, upgraded]) raw.pause();
  asking.send("GET /health HTTP/1.1\r\n");
  process.kill(set.pid, "SIGSTOP");
  const told = performance.now();
  try {
    expect(await realtime.end("SIGTERM")).toBe(0);
    // The spread, the grace after it, and what each step of the end may take.
    expect(performance.now() - told).toBeLessThan(spread + 13_000);
  } finally {
    for (const raw of raws) raw.destroy();
    process.kill(set.pid, "SIGCONT");
    // Before their database is gone.
    await processes?.[Symbol.asyncDispose]();
    processes = undefined;
  }
}, 60_000);
