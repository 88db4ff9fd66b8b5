import { scryptSync } from "node:crypto";
import bcrypt from "bcryptjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownUsers } from "../../functions/accounts/users.ts";
import { type Client, testPassword } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
const warnings: string[] = [];
const log = { debug() {}, info() {}, error() {}, warn: (_: object, text: string) => void warnings.push(text) };
beforeAll(async () => {
  system = await startSystem({ log: log as never });
});
afterAll(() => system?.[Symbol.asyncDispose]());

const users = () => system.database.models.users;
const nameOf = (client: Client) => client.me?.username ?? "";
const hashOf = async (client: Client) => (await users().findById(client.id).lean())?.password ?? "";

async function withHash(firstName: string, password: string): Promise<Client> {
  const client = await system.person(firstName);
  await users().updateOne({ _id: client.id }, { $set: { password, passwordChanges: 3 } });
  return client;
}

function signIn(client: Client, password = testPassword) {
  return client.api.api.session.$post({ json: { username: nameOf(client), password } });
}

describe("a hash that an Express app made", () => {
  test("signs its owner in, and is then as strong as a new one, without counting as a changed password", async () => {
    const old = await bcrypt.hash(testPassword, 5);
    const client = await withHash("Ada", old.replace("$2b", "$2y"));
    expect((await signIn(client, "not the password")).status as number).toBe(401);
    expect(await hashOf(client)).toBe(old.replace("$2b", "$2y"));
    expect((await signIn(client)).status).toBe(200);
    expect(await hashOf(client)).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    expect((await users().findById(client.id).lean())?.passwordChanges).toBe(3);
    expect((await signIn(client)).status).toBe(200);
    expect((await signIn(client, "not the password")).status as number).toBe(401);
  });

  test("stays where a neighbour needs it", async () => {
    const old = await bcrypt.hash(testPassword, 5);
    const client = await withHash("Ben", old);
    const own = ownUsers({ config: { passwordUpgrade: false }, database: system.database, log: log as never });
    expect(await own.verify(await own.findByName(nameOf(client).toUpperCase()), testPassword)).toBe(true);
    expect(await hashOf(client)).toBe(old);
  });

  test("is not upgraded over a password that was changed meanwhile", async () => {
    const client = await withHash("Cleo", await bcrypt.hash(testPassword, 5));
    const own = ownUsers({ config: { passwordUpgrade: true }, database: system.database, log: log as never });
    const read = await own.findByName(nameOf(client));
    const changed = await bcrypt.hash("another password", 5);
    await users().updateOne({ _id: client.id }, { $set: { password: changed } });
    expect(await own.verify(read, testPassword)).toBe(true);
    expect(await hashOf(client)).toBe(changed);
  });

  test("that cannot be replaced signs in all the same, and the log says so", async () => {
    const old = await bcrypt.hash(testPassword, 5);
    const client = await withHash("Dan", old);
    await system.database.connection.db?.command({
      collMod: "users",
      validator: { password: { $not: /^\$scrypt\$ln=14/ } },
    });
    try {
      expect((await signIn(client)).status).toBe(200);
    } finally {
      await system.database.connection.db?.command({ collMod: "users", validator: {} });
    }
    expect(await hashOf(client)).toBe(old);
    expect(warnings).toContain("a password hash could not be upgraded");
  });

  test("that is stronger than ours stays", async () => {
    const salt = Buffer.alloc(16, 7);
    const bytes = scryptSync(testPassword, salt, 32, { N: 2 ** 15, r: 8, p: 5, maxmem: 2 ** 26 });
    const [a, b] = [salt, bytes].map((each) => each.toString("base64").replace(/=+$/, ""));
    const strong = `$scrypt$ln=15,r=8,p=5$${a}$${b}`;
    const client = await withHash("Eli", strong);
    expect((await signIn(client)).status).toBe(200);
    expect(await hashOf(client)).toBe(strong);
  });

  test.each([
    "",
    "plain text",
    "$2b$31$",
    `$2b$31$${"A".repeat(53)}`,
    "$scrypt$ln=31,r=99,p=99$AAAA$AAAA",
    "$scrypt$$",
  ])("that nobody can read, %j, is a wrong password", async (hash) => {
    const client = await system.person("Fay");
    await users().collection.updateOne({ username: nameOf(client) }, { $set: { password: hash } });
    expect((await signIn(client, hash || "x")).status as number).toBe(401);
  });
});
