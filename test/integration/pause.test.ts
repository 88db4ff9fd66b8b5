import { afterAll, beforeAll, expect, test } from "vitest";
import type { Comment } from "../../shared/contracts/comments.ts";
import { Client } from "../helpers/client.ts";
import { type Processes, startProcesses } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

let processes: Processes;
beforeAll(async () => {
  processes = await startProcesses({ SESSION_IDLE: "4s", SESSION_TOUCH_AFTER: "50ms" });
});
afterAll(() => processes?.[Symbol.asyncDispose]());

test("a process that was paused while a session ran out delivers nothing to it when it goes on", async () => {
  const [ada, ben] = ["Ada", "Ben"].map(() => new Client({ ...processes, origin: processes.functionsUrl })) as [
    Client,
    Client,
  ];
  await ada.signUp("Ada");
  await ben.signUp("Ben");
  await ada.befriend(ben);
  const atAdas = await ada.connect();
  const atBens = await ben.connect();
  await ben.comment("so that the audience is known, and a delivery needs no read");
  await Promise.all([atAdas.first("comment"), atAdas.first("presence")]);
  const before = atAdas.received.length;
  const { expiresAt } = await (await ada.fetch("/api/session")).json();
  const { child } = processes.realtime;
  let last: Comment | undefined;
  child.kill("SIGSTOP");
  try {
    const isOver = () => Date.now() > Date.parse(expiresAt) + 500;
    await until(async () => (await ben.fetch("/api/me")) && isOver());
    last = await ben.comment("which a dead session must not hear");
  } finally {
    child.kill("SIGCONT");
  }
  await atBens.first("comment", ({ id }) => id === last?.id);
  await atAdas.closed();
  expect(atAdas.received.slice(before).map(({ event }) => event)).toEqual(["session"]);
  expect(atAdas.all("session")).toMatchObject([{ state: "ended", reason: "expired" }]);
  expect(atBens.disconnectReason).toBeUndefined();
  for (const client of [ada, ben]) client.close();
});
