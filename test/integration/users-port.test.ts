import bcrypt from "bcryptjs";
import { Types } from "mongoose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyAndUpgrade } from "../../functions/accounts/passwords.ts";
import type { Database } from "../../shared/database.ts";
import { nameFields } from "../../shared/models/user.ts";
import type { KnownUser, UserDirectory } from "../../shared/users.ts";
import { type Client, testPassword } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

/** Users as an Express app may have them. */
interface Account {
  _id: Types.ObjectId;
  email: string;
  name: { given: string; family: string };
  hash: string;
}

/** That app's users, made known to Kith. */
function accountsOf({ connection }: Database): UserDirectory {
  const people = connection.collection<Account>("people");
  const known = (account: Account | null): KnownUser | undefined => {
    if (!account) return undefined;
    const names = { username: account.email, firstName: account.name.given, lastName: account.name.family };
    const createdAt = account._id.getTimestamp();
    return { _id: account._id, displayName: account.email, ...names, ...nameFields(names), createdAt };
  };
  return {
    findByName: async (name) => known(await people.findOne({ email: name.toLowerCase() })),
    findById: async (id) => known(await people.findOne({ _id: new Types.ObjectId(id) })),
    async verify(user, password) {
      const account = user && (await people.findOne({ _id: user._id }));
      const replace = (next: string, old: string) =>
        people.updateOne({ _id: user?._id as Types.ObjectId, hash: old }, { $set: { hash: next } });
      return verifyAndUpgrade(password, account?.hash, { replace, log: { warn() {} } });
    },
  };
}

let system: System;
const ada: Account = {
  _id: new Types.ObjectId(),
  email: "ada@kith.test",
  name: { given: "Ada", family: "Moreau" },
  hash: bcrypt.hashSync(testPassword, 5),
};
const people = () => system.database.connection.collection<Account>("people");
beforeAll(async () => {
  system = await startSystem({ users: accountsOf });
  await people().insertOne(ada);
});
afterAll(() => system?.[Symbol.asyncDispose]());

const person = { id: ada._id.toHexString(), username: "ada@kith.test", firstName: "Ada", lastName: "Moreau" };
const signIn = (client: Client, username: string, password: string) =>
  client.api.api.session.$post({ json: { username, password } });

describe("users of another collection", () => {
  test("sign in, are known to handlers and to sockets, and have their hash upgraded where it is at home", async () => {
    const client = system.client();
    const response = await signIn(client, "Ada@Kith.test", testPassword);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(person);
    expect(await (await client.fetch("/api/me")).json()).toEqual(person);
    const socket = await client.connect();
    expect((await socket.first("me")).user).toEqual(person);
    expect((await people().findOne({ _id: ada._id }))?.hash).toMatch(/^\$scrypt\$ln=14/);
    expect((await signIn(client, "ada@kith.test", testPassword)).status).toBe(200);
    expect(await system.database.models.users.countDocuments()).toBe(0);
  });

  test("are refused for a wrong password and an unknown name alike, and once they are gone", async () => {
    const client = system.client();
    for (const name of ["ada@kith.test", "nobody@kith.test"]) {
      const response = await signIn(client, name, "not the password");
      expect(response.status as number).toBe(401);
      expect(await response.json()).toMatchObject({ code: "bad_credentials" });
    }
    const ben = { ...ada, _id: new Types.ObjectId(), email: "ben@kith.test", hash: bcrypt.hashSync(testPassword, 4) };
    await people().insertOne(ben);
    expect((await signIn(client, ben.email, testPassword)).status).toBe(200);
    await people().deleteOne({ _id: ben._id });
    expect((await client.fetch("/api/me")).status).toBe(401);
    const socket = client.socket();
    await expect(socket.first("me")).rejects.toThrow();
  });

  test("do not sign up at Kith", async () => {
    const json = { username: "cleo", password: testPassword, firstName: "Cleo", lastName: "Test" };
    const response = await system.client().api.api.users.$post({ json });
    expect(response.status as number).toBe(404);
    expect(await response.json()).toMatchObject({ code: "not_found", message: "People do not sign up here." });
  });

  test("are not renamed at Kith", async () => {
    const client = system.client();
    await signIn(client, "ada@kith.test", testPassword);
    const response = await client.api.api.me.$patch({ json: { firstName: "Adele" } });
    expect(response.status as number).toBe(404);
    expect(await response.json()).toMatchObject({ code: "not_found", message: "Accounts are not kept here." });
    expect(await (await client.fetch("/api/me")).json()).toEqual(person);
  });
});
