import { request } from "node:https";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAttempts } from "../../functions/accounts/attempts.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { Client } from "../helpers/client.ts";
import { findDeployTools } from "../helpers/deploy-tools.ts";
import { type OneOrigin, startOneOrigin } from "../helpers/one-origin.ts";
import { until } from "../helpers/until.ts";

const tools = await findDeployTools("The routes of the proxy (infra/compose/caddy/Caddyfile)");

/** The real Caddy with the Caddyfile of infra, and behind it the bundles that the images hold. */
describe.skipIf(!tools)("behind Caddy", () => {
  let site: OneOrigin;
  const clients: Client[] = [];

  beforeAll(async () => {
    site = await startOneOrigin(tools?.caddy as string);
    setDefaultCACertificates([...getCACertificates("default"), site.authority]);
  }, 60_000);
  afterAll(async () => {
    for (const client of clients) client.close();
    await site?.[Symbol.asyncDispose]();
  });

  async function person(firstName: string): Promise<Client> {
    const client = new Client({ functionsUrl: site.url, realtimeUrl: site.url, origin: site.url });
    clients.push(client);
    await client.signUp(firstName);
    return client;
  }
  const nodesOf = async (client: Client) =>
    (await site.database.models.presence.find({ user: client.id })).map(({ node }) => node);

  test("one origin: sockets go to realtime, the rest to the functions, and who comes without TLS is sent there", async () => {
    expect(await (await fetch(`${site.url}/`)).text()).toContain("<title>");
    expect((await fetch(`${site.url}/api/session`)).status).toBe(401);
    // Realtime says that it speaks WebSocket alone; the functions know nothing there.
    const polling = await fetch(`${site.url}/socket.io/?EIO=4&transport=polling`);
    expect(await polling.json()).toMatchObject({ message: "Transport unknown" });
    expect((await fetch(`${site.url}/socket.io`)).status).toBe(404);
    const plain = await fetch(`${site.plainUrl}/signup`, { redirect: "manual" });
    expect([plain.status, plain.headers.get("location")]).toEqual([308, "https://localhost/signup"]);
  });

  test("a comment goes from one node's socket to another's, with a cookie that only TLS carries", async () => {
    const [ada, ben] = [await person("Ada"), await person("Ben")];
    const signedIn = await ada.fetch("/api/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: ada.me?.username, password: "correct horse battery staple" }),
    });
    expect(signedIn.headers.get("set-cookie")).toMatch(/^connect\.sid=.*; HttpOnly; Secure; SameSite=Lax$/);
    await ada.befriend(ben);
    const atAdas = await ada.connect();
    const atBens = await ben.connect();
    await until(async () => new Set([...(await nodesOf(ada)), ...(await nodesOf(ben))]).size === 2);
    const comment = await ada.comment("Hello");
    expect(await atBens.first("comment")).toEqual(comment);
    expect(await atAdas.first("comment")).toEqual(comment);

    await site.reload();
    const next = await ada.comment("Still there?");
    await atBens.first("comment", ({ id }) => id === next.id);
    expect([atAdas.disconnectReason, atBens.disconnectReason]).toEqual([undefined, undefined]);
  });

  test("the client's address is the connection's, whatever the client says of it", async () => {
    const { guard } = createAttempts(site.database, { info() {} } as never);
    for (let n = 0; n < limits.signIn.perAccount.failures; n++) {
      await guard({ account: "nobody", address: "127.0.0.2" }, async () => false);
    }
    expect(await signIn("127.0.0.2")).toBe(429);
    expect(await signIn("127.0.0.2", "192.0.2.1")).toBe(429);
    expect(await signIn("127.0.0.3")).toBe(401);
    expect(await signIn("127.0.0.3", "127.0.0.2")).toBe(401);
  });

  test("both functions answer, and with one gone the other answers all", async () => {
    await Promise.all(Array.from({ length: 4 }, (_, n) => person(`P${n}`)));
    for (const each of site.functions) expect(each.output).toContain("signed up");
    await site.functions[0]?.end("SIGKILL");
    for (let n = 0; n < 10; n++) expect((await fetch(`${site.url}/ready`)).status).toBe(200);
  });

  test("a node that is told to stop sends its people to the other", async () => {
    const [cat, dan] = [await person("Cat"), await person("Dan")];
    await cat.befriend(dan);
    const sockets = [await cat.connect(), await dan.connect()];
    const stopping = site.realtime[0]?.end();
    const sent = await until(() => sockets.find((socket) => socket.all("drain").length > 0));
    await sent.closed();
    const moved = sent === sockets[0] ? cat : dan;
    const anew = await until(() => moved.connect().catch(() => undefined), { what: "a socket at the other node" });
    expect(await stopping).toBe(0);
    const comment = await (moved === cat ? dan : cat).comment("Still here?");
    expect(await anew.first("comment")).toEqual(comment);
  });

  /** The status of a sign-in by a connection from `address`, which may say of itself something else. */
  function signIn(address: string, forwardedFor?: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", origin: site.url };
      const sent = request(
        `${site.url.replace("localhost", "127.0.0.1")}/api/session`,
        {
          method: "POST",
          localAddress: address,
          servername: "localhost",
          headers: {
            ...headers,
            host: new URL(site.url).host,
            ...(forwardedFor ? { "x-forwarded-for": forwardedFor } : {}),
          },
        },
        (response) => resolve(response.resume().statusCode),
      );
      sent.on("error", reject);
      sent.end(JSON.stringify({ username: "nobody", password: "nothing at all" }));
    });
  }
});
