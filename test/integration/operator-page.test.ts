import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../shared/contracts/limits.ts";
import { createLog } from "../../shared/log.ts";
import { Client } from "../helpers/client.ts";
import { type Processes, startProcesses } from "../helpers/processes.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

const secret = "a secret of the operator: ü";
const environment = { OPERATOR_SECRET: secret };

const authorization = (password: string, username = "operator") =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

describe("who may read the operator's page", () => {
  let system: System;
  let logged = "";
  beforeAll(async () => {
    const write = (line: string) => {
      logged += line;
    };
    system = await startSystem({ environment, log: createLog({ name: "test", level: "debug" }, { write }) });
  });
  afterAll(() => system?.[Symbol.asyncDispose]());
  const ask = (headers: Record<string, string>, path = "/operator") =>
    system.client().fetch(path, { headers: { accept: "text/html", ...headers } });

  test("nobody where there is no secret: it is no page at all", async () => {
    await using without = await startSystem();
    const answers = await Promise.all(
      ["/operator", "/nothing"].map((path) =>
        without.client().fetch(path, { headers: { authorization: authorization("") } }),
      ),
    );
    const bodies = await Promise.all(answers.map(async (answer) => ({ ...(await answer.json()), requestId: "" })));
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(bodies[0]).toEqual(bodies[1]);
    expect(answers[0]?.headers.has("www-authenticate")).toBe(false);
  });

  test("whoever has it, and nobody else", async () => {
    for (const headers of [
      {},
      { authorization: authorization("wrong") },
      { authorization: authorization(secret, "ada") },
      { authorization: authorization(`${secret} `) },
      { authorization: "Basic ?" },
      { authorization: `Bearer ${secret}` },
    ] as Record<string, string>[]) {
      const refused = await ask(headers);
      expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
        401,
        expect.stringContaining("Basic"),
      ]);
      expect(await refused.text()).not.toContain("<table>");
    }
    const shown = await ask({ authorization: authorization(secret) });
    expect(shown.status).toBe(200);
    expect(shown.headers.get("cache-control")).toBe("no-store");
    expect(shown.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect([shown.headers.getSetCookie(), shown.headers.get("refresh")]).toEqual([[], null]);
    const renewing = await ask({ authorization: authorization(secret) }, "/operator?renew");
    expect(renewing.headers.get("refresh")).toBe("5");
  });

  test("nobody without a trace: the log has the request, and neither the guess nor from where", async () => {
    const from = "192.0.2.77";
    const refused = await ask({
      authorization: authorization("a guess"),
      "x-forwarded-for": from,
      accept: "application/json",
    });
    const { requestId } = await refused.json();
    const lines = logged.split("\n").filter((line) => line.includes("was refused the operator's page"));
    expect(lines.filter((line) => line.includes(requestId))).toHaveLength(1);
    for (const text of ["a guess", authorization("a guess"), from, secret]) expect(logged).not.toContain(text);
  });

  test("nobody who guesses too often, though the next guess be right, and others still may", async () => {
    const guess = (password: string) => ({
      authorization: authorization(password),
      "x-forwarded-for": "2001:db8:0:1::1",
    });
    const guesses = Array.from({ length: limits.signIn.perAccount.failures }, (_, n) => ask(guess(`guess ${n}`)));
    expect(new Set((await Promise.all(guesses)).map(({ status }) => status))).toEqual(new Set([401]));
    const late = await ask(guess(secret));
    expect([late.status, Number(late.headers.get("retry-after")) > 60]).toEqual([429, true]);
    expect((await ask({ authorization: authorization(secret) })).status).toBe(200);
  });
});

describe("what it tells", () => {
  let processes: Processes;
  beforeAll(async () => {
    processes = await startProcesses(environment);
  });
  afterAll(() => processes?.[Symbol.asyncDispose]());

  async function read(): Promise<{ html: string; connected: string; rows: string[][] }> {
    const headers = { authorization: authorization(secret) };
    const html = await (await fetch(`${processes.functionsUrl}/operator`, { headers })).text();
    const text = (piece: string) =>
      piece
        .replace(/<[^>]*>/g, "")
        .replace(/\s+/g, " ")
        .trim();
    const body = /<tbody>(.*)<\/tbody>/s.exec(html)?.[1] ?? "";
    const rows = body.split("<tr>").slice(1);
    return {
      html,
      connected: text(/<h1>.*?<p>(.*?)<\/p>/s.exec(html)?.[1] ?? ""),
      rows: rows.map((row) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = ""]) => text(cell))),
    };
  }

  test("who is connected, and each node as it says itself; one that was killed is gone", {
    timeout: 120_000,
  }, async () => {
    const { functionsUrl, realtimeUrl } = processes;
    const second = await processes.anotherRealtime();
    const ada = new Client({ functionsUrl, realtimeUrl, origin: functionsUrl });
    await ada.signUp("Ada");
    const ben = new Client({ functionsUrl, realtimeUrl, origin: functionsUrl });
    await ben.signUp("Ben");
    const elsewhere = new Client({ functionsUrl, realtimeUrl: second.realtimeUrl, origin: functionsUrl });
    for (const [name, value] of ada.cookies) elsewhere.cookies.set(name, value);
    await Promise.all([ada.connect(), ben.connect(), ben.connect(), elsewhere.connect()]);

    const all = "2 people connected, 4 sockets on 2 nodes";
    await until(async () => (await read()).connected === all, { timeout: 20_000, what: all });
    const { rows, html } = await read();
    const figures = rows.map(([, state, , sockets, users, , reopens, resyncs, cuts]) =>
      [state, sockets, users, reopens, resyncs, cuts].join(),
    );
    expect(figures.sort()).toEqual(["Ready,1,1,0,0,0", "Ready,3,2,0,0,0"]);
    for (const [node, , up, , , age, , , , beat] of rows) {
      expect([node, up, age, beat]).toEqual([
        expect.stringMatching(/^[0-9a-f]{8}$/),
        expect.stringMatching(/^\d+ s$/),
        expect.stringMatching(/^\d s$/),
        expect.stringMatching(/^\d s ago$/),
      ]);
    }
    for (const cookie of [...ada.cookies.values(), ...ben.cookies.values()]) {
      expect(html).not.toContain(decodeURIComponent(cookie).slice(2, 34));
    }
    expect(html).not.toContain(secret);

    await second.process.end("SIGKILL");
    await until(async () => (await read()).rows.some(([, state]) => state === "Gone"), {
      timeout: 60_000,
      what: "the killed node to be gone",
    });
    // Found dead and not forgotten: the living node clears away only its people.
    const left = "2 people connected, 3 sockets on 1 node";
    await until(async () => (await read()).connected === left, { timeout: 20_000, what: left });
    expect((await read()).rows.map(([, state, , sockets]) => `${state} ${sockets}`)).toEqual(["Ready 3", "Gone 1"]);

    // Told to end, one takes its record along.
    await processes.realtime.end();
    await until(async () => (await read()).rows.length === 1);
    for (const client of [ada, ben, elsewhere]) client.close();
  });
});
