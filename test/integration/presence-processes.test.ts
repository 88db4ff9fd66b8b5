import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { isAlive } from "../../shared/models/node.ts";
import { Client, type RecordingSocket } from "../helpers/client.ts";
import { type Processes, startProcesses } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

/** The most that a node's people stay online after it was killed, in milliseconds. */
const longest = 30_000;

let processes: Processes;
let database: Database;
beforeAll(async () => {
  processes = await startProcesses();
  database = await openDatabase(readConfig(processes.environment));
});
afterAll(async () => {
  await database?.close();
  await processes?.[Symbol.asyncDispose]();
});

/** Ada on a node of her own, and what her friend Ben, on another one, hears of her. */
async function friendsApart() {
  const other = await processes.anotherRealtime();
  const at = (realtimeUrl: string) => new Client({ ...processes, realtimeUrl, origin: processes.functionsUrl });
  const [ada, ben] = [at(other.realtimeUrl), at(processes.realtimeUrl)];
  await Promise.all([ada.signUp("Ada"), ben.signUp("Ben")]);
  await ada.befriend(ben);
  const atBens = await ben.connect();
  const atAdas = await ada.connect();
  await untilTold(atBens, true);
  return { ada, ben, atAdas, atBens, child: other.process.child };
}

const told = (socket: RecordingSocket) => socket.all("presence").map(({ online }) => online);
const untilTold = (socket: RecordingSocket, online: boolean) =>
  until(() => told(socket).at(-1) === online, { timeout: longest, what: `presence ${online}` });
const nodesOf = async ({ id }: Client) => {
  const documents = await database.models.presence.find({ user: id }).lean();
  return documents.map(({ node }) => node);
};
const isOnline = async (of: Client, asked: Client) =>
  (await (await asked.api.api.friends.$get({ query: {} })).json()).friends.find(({ id }) => id === of.id)?.online;

describe.concurrent("the people of a node", { timeout: 60_000 }, () => {
  test("that was killed are offline within 30 s", async () => {
    const { ada, ben, atBens, child } = await friendsApart();
    child.kill("SIGKILL");
    await untilTold(atBens, false);
    expect([await isOnline(ada, ben), await nodesOf(ada)]).toEqual([false, []]);
    for (const client of [ada, ben]) client.close();
  });

  test("that was paused are offline, and online again when it goes on, as people of a new one", async () => {
    const { ada, ben, atAdas, atBens, child } = await friendsApart();
    const [former] = await nodesOf(ada);
    child.kill("SIGSTOP");
    try {
      await untilTold(atBens, false);
      expect(await isOnline(ada, ben)).toBe(false);
    } finally {
      child.kill("SIGCONT");
    }
    await untilTold(atBens, true);
    expect([await isOnline(ada, ben), atAdas.disconnectReason]).toEqual([true, undefined]);
    const nodes = await nodesOf(ada);
    expect(nodes).toEqual([expect.not.stringMatching(former as string)]);
    expect(await database.models.nodes.countDocuments({ _id: former, ...isAlive })).toBe(0);

    atAdas.close();
    await untilTold(atBens, false);
    for (const client of [ada, ben]) client.close();
  });
});
