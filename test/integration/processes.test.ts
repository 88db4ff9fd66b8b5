import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAttempts } from "../../functions/accounts/attempts.ts";
import { readConfig } from "../../shared/config.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { openDatabase } from "../../shared/database.ts";
import { Client } from "../helpers/client.ts";
import { Process, type Processes, startProcesses } from "../helpers/processes.ts";

let processes: Processes;
beforeAll(async () => {
  processes = await startProcesses();
});
afterAll(() => processes?.[Symbol.asyncDispose]());

async function person(firstName: string): Promise<Client> {
  const client = new Client({ ...processes, origin: processes.functionsUrl });
  await client.signUp(firstName);
  return client;
}

describe("the two processes", () => {
  test("bring a comment from a person to a friend, and to no stranger", async () => {
    const people = await Promise.all(["Ada", "Ben", "Eve"].map(person));
    const [ada, ben, eve] = people as [Client, Client, Client];
    const [atAdas, atBens, atEves] = await Promise.all([ada.connect(), ben.connect(), eve.connect()]);
    await ada.befriend(ben);
    const comment = await ada.comment("Hello");
    expect(await atBens.first("comment")).toEqual(comment);
    expect(await atAdas.first("comment")).toEqual(comment);
    const own = await eve.comment("Anybody here?");
    await atEves.first("comment");
    expect(atEves.all("comment")).toEqual([own]);
    for (const client of people) client.close();
  });

  test("count attempts by the address that a trusted proxy names", async () => {
    const database = await openDatabase(readConfig(processes.environment));
    const { guard } = createAttempts(database, { info() {} } as never);
    for (let n = 0; n < limits.signIn.perAccount.failures; n++) {
      await guard({ account: "nobody", address: "192.0.2.9" }, async () => false);
    }
    await database.close();
    const client = new Client({ ...processes, origin: processes.functionsUrl });
    const signIn = (from: string) =>
      client.fetch("/api/session", {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": from },
        body: JSON.stringify({ username: "nobody", password: "nothing at all" }),
      });
    expect((await signIn("192.0.2.1, 192.0.2.9")).status).toBe(429);
    expect((await signIn("192.0.2.9, 192.0.2.1")).status).toBe(401);
  });

  test("lose nothing that a person missed while realtime was killed", async () => {
    const [ada, ben] = (await Promise.all(["Ada", "Ben"].map(person))) as [Client, Client];
    await ada.befriend(ben);
    const before = await ben.connect();
    const seen = await ada.comment("before");
    await before.first("comment");
    await processes.realtime.end("SIGKILL");
    expect(await before.closed()).toBe("transport close");
    const missed = await ada.comment("meanwhile");
    await processes.restartRealtime();

    const after = await ben.connect();
    const { time } = await after.first("me");
    const page = await (await ben.api.api.comments.$get({ query: { after: seen.position, time } })).json();
    expect(page.comments).toEqual([missed, seen]);
    const live = await ada.comment("after");
    expect(await after.first("comment")).toEqual(live);
    for (const client of [ada, ben]) client.close();
  });

  test("write no cookie, session id, password or secret into their logs", async () => {
    const ada = await person("Ada");
    (await ada.connect()).close();
    await ada.api.api.session.$post({ json: { username: ada.me?.username ?? "", password: "a wrong password" } });
    const [, sid = "-"] = /^s%3A([^.]+)/.exec(ada.cookies.get("connect.sid") ?? "") ?? [];
    await ada.fetch("/api/session", { method: "DELETE" });
    const logs = processes.functions.output + processes.realtime.output;
    expect(logs).toContain("signed up");
    for (const secret of [sid, "correct horse", "a wrong password", processes.environment.SESSION_SECRETS ?? "-"]) {
      expect(logs).not.toContain(secret);
    }
  });
});

describe("an entry", () => {
  test.each(["functions/node.ts", "realtime/main.ts"])(
    "%s says what is wrong with its environment, and ends",
    async (entry) => {
      const process = new Process(entry, { MONGODB_URI: "postgres://x", PORT: "x" });
      expect(await process.exit()).toBe(1);
      for (const variable of ["MONGODB_URI", "SESSION_SECRETS", "PORT", "PUBLIC_ORIGIN"])
        expect(process.output).toContain(variable);
      expect(process.output).not.toMatch(/^\s+at /m);
    },
  );

  test.each([
    ["functions/node.ts", "PORT"],
    ["realtime/main.ts", "REALTIME_PORT"],
  ])("%s says that its port is taken, and ends", async (entry, variable) => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, "localhost", resolve));
    const { port } = squatter.address() as { port: number };
    const process = new Process(entry, { ...processes.environment, [variable]: String(port) });
    expect(await process.exit()).toBe(1);
    expect(process.output).toContain(`Port ${port} is taken: set ${variable} to a free one.`);
    squatter.close();
  });

  test.each(["functions/node.ts", "realtime/main.ts"])("%s ends cleanly when told to", async (entry) => {
    const own = await startProcesses();
    const process = entry.startsWith("functions") ? own.functions : own.realtime;
    expect(await process.end("SIGTERM")).toBe(0);
    await own[Symbol.asyncDispose]();
  });
});
