import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, testPassword } from "../helpers/client.ts";
import { testEnvironment } from "../helpers/config.ts";
import { type System, startSystem } from "../helpers/system.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

interface Answer {
  code: number;
  out: string;
  err: string;
}

/** The command as it is run for real. */
function operator(...args: string[]): Promise<Answer> {
  const env = { PATH: process.env.PATH, ...testEnvironment({ MONGODB_URI: system.config.mongodbUri }) };
  return new Promise((resolve) => {
    execFile(process.execPath, ["infra/operator.ts", ...args], { cwd: root, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

const nameOf = (client: Client) => client.me?.username ?? "";
const signIn = async (person: Client, password = testPassword) => {
  const response = await system.client().api.api.session.$post({ json: { username: nameOf(person), password } });
  return response.status as number;
};

// Each run of the command is a process that has to start.
describe("the operator", { timeout: 60_000 }, () => {
  test("disables a user, whose sessions end, and enables one again", async () => {
    const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
    const [atAdas, atBens] = await Promise.all([ada.connect(), ben.connect()]);
    const name = nameOf(ada).toUpperCase();
    expect(await operator("disable", name)).toEqual({ code: 0, out: `${nameOf(ada)} is disabled.\n`, err: "" });
    expect((await ada.fetch("/api/me")).status).toBe(401);
    expect(await atAdas.first("session")).toMatchObject({ state: "ended", reason: "accountDisabled" });
    await atAdas.closed();
    expect(await signIn(ada)).toBe(403);

    expect(await operator("enable", name)).toEqual({ code: 0, out: `${nameOf(ada)} is enabled.\n`, err: "" });
    expect(await signIn(ada)).toBe(200);
    expect([atBens.disconnectReason, (await ben.fetch("/api/me")).status]).toEqual([undefined, 200]);
  });

  test("resets a password, and tells the new one once", async () => {
    const ada = await system.person("Ada");
    const socket = await ada.connect();
    const { code, out, err } = await operator("reset-password", nameOf(ada));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^[\w-]{24}\n$/);
    expect(await socket.first("session")).toMatchObject({ state: "ended", reason: "passwordChanged" });
    expect((await ada.fetch("/api/me")).status).toBe(401);
    expect([await signIn(ada), await signIn(ada, out.trim())]).toEqual([401, 200]);
    expect((await system.database.models.users.findById(ada.id).lean())?.passwordChanges).toBe(1);
  });

  test("deletes a user, when it is said to be meant", async () => {
    const ada = await system.person("Ada");
    const asked = await operator("delete", nameOf(ada));
    expect(asked).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/^Deleting .* --yes .*\n$/) });
    expect((await ada.fetch("/api/me")).status).toBe(200);
    expect(await operator("delete", nameOf(ada), "--yes")).toMatchObject({ code: 0, err: "" });
    expect(await system.database.models.users.countDocuments({ _id: ada.id })).toBe(0);
    expect((await ada.fetch("/api/me")).status).toBe(401);
  });

  test.each([
    [["disable", "nobody-of-this-name"], 1, "There is no user nobody-of-this-name."],
    [["disable"], 2, "disable needs a username."],
    [["enable", "ada", "ben"], 2, "enable takes one username."],
    [["promote", "ada"], 2, "There is no command promote: there are disable, enable, reset-password, delete."],
    [["__proto__", "ada"], 2, "There is no command __proto__: there are disable, enable, reset-password, delete."],
  ] as const)("says in one line what is wrong with %j", async (args, code, line) => {
    expect(await operator(...args)).toEqual({ code, out: "", err: `${line}\n` });
  });

  test("tells what there is, when asked and when told nothing", async () => {
    const [asked, nothing, unknown] = await Promise.all([operator("--help"), operator(), operator("--force")]);
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining("Usage: npm run operator"), err: "" });
    expect(nothing).toMatchObject({ code: 2, out: "", err: asked?.out });
    expect(unknown).toMatchObject({ code: 2, out: "", err: expect.stringContaining("--force") });
  });
});
