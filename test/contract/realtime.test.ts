import { createWebCryptoAdapter } from "connect-mongo";
import { MongoClient } from "mongodb";
import pLimit from "p-limit";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Client } from "../helpers/client.ts";
import { testConfig } from "../helpers/config.ts";
import { upgrade } from "../helpers/upgrade.ts";
import { cryptoAdapter, type GridCell, grid, transformId } from "./cells.ts";
import { createUser } from "./kith-user.ts";
import { createNeighbour } from "./neighbour/app.ts";
import { startRealtime } from "./realtime-node.ts";
import { CookieKit, Jar } from "./worlds/jar.ts";
import { Peers } from "./worlds/peers.ts";

const encryptionKey = "what-the-environment-says-0123456789";
/** With connect-mongo's own number of iterations, as the environment knows no other; so it is made once. */
const adapterOfKey = createWebCryptoAdapter({ secret: encryptionKey });
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

/** What the environment can say, it says; the rest is given in code. */
function setUp({ session, storage }: GridCell) {
  const byEnvironment = storage.cryptoAdapter !== undefined && storage.transformId === undefined;
  const config = testConfig({
    SESSION_SECRETS: [session.secret].flat().join(","),
    SESSION_STRINGIFY: String(storage.stringify),
    SESSION_TOUCH_AFTER: `${storage.touchAfter}s`,
    ...(byEnvironment ? { SESSION_ENCRYPTION_KEY: encryptionKey } : {}),
  });
  const inCode = {
    ...(storage.transformId ? { transformId } : {}),
    ...(storage.cryptoAdapter && !byEnvironment ? { cryptoAdapter } : {}),
  };
  return { config, inCode, neighbour: { ...storage, ...(byEnvironment ? { cryptoAdapter: adapterOfKey } : {}) } };
}

async function meetAtSocket(cell: GridCell): Promise<void> {
  const { config, inCode, neighbour } = setUp(cell);
  await using node = await startRealtime(config, inCode);
  const { database } = node;
  const user = await createUser(database, "correct horse");
  const place = { client, dbName: database.connection.name, autoRemove: "disabled" as const };
  const peer = peers.add(
    createNeighbour({ session: cell.session, storage: { ...neighbour, ...place }, users: [user] }),
  );
  const jar = new Jar();
  const ask = async (path: string, body: object) => {
    const answer = await peers.ask(peer, { method: "POST", path, body, headers: { cookie: jar.header } });
    jar.take(answer.setCookies);
    return answer.status;
  };

  expect(await ask("/sign-in", user)).toBe(200);
  const kit = new CookieKit("connect.sid", [cell.session.secret].flat() as string[]);
  const id = kit.idOf(jar) as string;
  if (cell.retiredSecret) jar.cookies.set(kit.name, kit.signed(id, cell.retiredSecret));
  const record = await database.sessions.read(id);
  expect(record).toMatchObject({ key: neighbour.transformId?.(id) ?? id, user: user.id });

  const browser = new Client({ functionsUrl: "http://127.0.0.1", realtimeUrl: node.url });
  browser.cookies.set(kit.name, jar.cookies.get(kit.name) as string);
  const socket = browser.socket();
  const me = await socket.first("me");
  expect(me.user).toMatchObject({ id: user.id, username: "ada" });
  expect(me.session.expiresAt).toBe(record?.expires?.toISOString());

  expect(await ask("/sign-out", {})).toBe(204);
  await socket.closed();
  expect(socket.all("session").at(-1)).toMatchObject({ state: "ended" });
  const headers = { origin: "http://kith.test", cookie: browser.cookieHeader };
  expect((await upgrade(node.url, headers)).status).toBe(401);
}

test("whoever signs in at Express has a socket at Kith until they sign out at Express, in every cell", async () => {
  const failures: string[] = [];
  const limit = pLimit(8);
  await Promise.all(
    grid.map((cell) =>
      limit(() =>
        meetAtSocket(cell).catch((error) => {
          failures.push(`${cell.name}: ${error}`);
        }),
      ),
    ),
  );
  expect(failures.join("\n")).toBe("");
  process.stdout.write(`contract: ${grid.length} cells admitted at a realtime node, and ended there by Express\n`);
});
