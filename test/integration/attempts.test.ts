import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAttempts } from "../../functions/accounts/attempts.ts";
import { countedAddress } from "../../shared/client-address.ts";
import { limits } from "../../shared/contracts/limits.ts";
import { AppError } from "../../shared/errors.ts";
import { type Client, testPassword } from "../helpers/client.ts";
import { type System, startSystem } from "../helpers/system.ts";

let system: System;
/** What a client says through no proxy that is trusted. */
let direct: System;
beforeAll(async () => {
  system = await startSystem();
  direct = await startSystem({ environment: { TRUST_PROXY: "" } });
});
afterAll(async () => {
  await Promise.all([system?.[Symbol.asyncDispose](), direct?.[Symbol.asyncDispose]()]);
});

const { perAccount, perAddress } = limits.signIn;
const attemptsIn = ({ database }: System) => database.models.attempts.collection;
const wrong = "not the password";

function signIn(client: Client, username: string, password = testPassword): Promise<Response> {
  return client.api.api.session.$post({ json: { username, password } }) as Promise<Response>;
}

async function statusesOf(answers: Promise<Response>[]): Promise<number[]> {
  return (await Promise.all(answers)).map(({ status }) => status).sort();
}
const times = <Value>(count: number, make: (n: number) => Value) => Array.from({ length: count }, (_, n) => make(n));

describe("guesses at a password", () => {
  test("at once are ten from one address, known or not; the owner signs in from another", async () => {
    const owner = await system.person("Ada");
    const name = owner.me?.username ?? "";
    const attacker = system.client();
    for (const username of [name, "nobody-of-this-name"]) {
      const guesses = times(16, (n) => signIn(attacker, n % 2 ? username : username.toUpperCase(), wrong));
      const statuses = await statusesOf(guesses);
      expect(statuses.filter((status) => status === 429)).toHaveLength(6);
      // On a busy machine ten hashes at once take longer than a request may.
      for (const status of statuses) expect([401, 429, 503]).toContain(status);
    }

    const [known, unknown] = await Promise.all([signIn(attacker, name), signIn(attacker, "nobody-of-this-name")]);
    const bodies = await Promise.all([known, unknown].map(async (each) => ({ ...(await each.json()), requestId: "" })));
    expect([known.status, unknown.status]).toEqual([429, 429]);
    expect(bodies[0]).toEqual(bodies[1]);
    expect(bodies[0]).toEqual({
      code: "too_many_requests",
      message: "Too many attempts. Try again in 15 minutes.",
      requestId: "",
    });
    const wait = Number(known.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(perAccount.milliseconds / 1000 - 60);
    expect(wait).toBeLessThanOrEqual(perAccount.milliseconds / 1000);
    expect((await signIn(system.client(), name)).status).toBe(200);
    expect((await signIn(attacker, name)).status).toBe(429);

    // Somebody else of the attacker's address is not held for the attacker's guesses at this account.
    const other = await system.person("Neighbour");
    const neighbour = await attacker.fetch("/api/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: other.me?.username, password: testPassword }),
    });
    expect(neighbour.status).toBe(200);
  });

  test("are forgotten once the password was right, and when their time is over", async () => {
    const owner = await system.person("Ben");
    const name = owner.me?.username ?? "";
    const { guard } = createAttempts(system.database, { info() {} } as never);
    const fail = async (count: number) => {
      const attempter = { account: name, address: countedAddress(owner.address) };
      for (let n = 0; n < count; n++) expect(await guard(attempter, async () => false)).toBe(false);
    };
    await fail(perAccount.failures - 1);
    expect((await signIn(owner, name)).status).toBe(200);
    await fail(perAccount.failures - 1);
    expect((await signIn(owner, name, wrong)).status).toBe(401);
    expect((await signIn(owner, name)).status).toBe(429);
    await attemptsIn(system).updateMany({}, { $set: { expire: new Date(Date.now() - 1) } });
    expect((await signIn(owner, name)).status).toBe(200);
  });

  test("go by the form to the same count, and the form says when", async () => {
    const client = system.client();
    const { guard } = createAttempts(system.database, { info() {} } as never);
    const post = () =>
      client.fetch("/login", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", "x-forwarded-for": "192.0.2.7" },
        body: new URLSearchParams({ username: "Someone", password: wrong }),
      });
    for (let n = 0; n < perAccount.failures; n++) {
      await guard({ account: "someone", address: "192.0.2.7" }, async () => false);
    }
    const response = await post();
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.text()).toContain("Too many attempts. Try again in 15 minutes.");
  });

  test("from one address are a hundred, whatever the accounts, and successes do not count", async () => {
    const { guard } = createAttempts(system.database, { info() {} } as never);
    const guess = (address: string, value: boolean) =>
      guard({ account: crypto.randomUUID(), address }, async () => value);
    const address = "192.0.2.100";
    await Promise.all(times(perAddress.failures, () => guess(address, true)));
    await Promise.all(times(perAddress.failures, () => guess(address, true)));
    const outcomes = await Promise.allSettled(times(perAddress.failures + 20, () => guess(address, false)));
    const refused = outcomes.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(refused).toHaveLength(20);
    for (const error of refused) {
      expect(error).toBeInstanceOf(AppError);
      expect(error.code).toBe("too_many_requests");
      expect(error.retryAfter).toBeGreaterThan(perAddress.milliseconds / 1000 - 60);
    }
    await expect(guess(address, true)).rejects.toMatchObject({ code: "too_many_requests" });
    expect(await guess("192.0.2.101", true)).toBe(true);
  });

  test("that our side could not check do not count; those that were refused do", async () => {
    const { guard } = createAttempts(system.database, { info() {} } as never);
    const attempter = { account: "carl", address: "192.0.2.102" };
    for (let n = 0; n < perAccount.failures + 2; n++) {
      const failed = guard(attempter, () => Promise.reject(new AppError("unavailable")));
      await expect(failed).rejects.toMatchObject({ code: "unavailable" });
    }
    for (let n = 0; n < perAccount.failures; n++) {
      const refused = guard(attempter, () => Promise.reject(new AppError("bad_credentials")));
      await expect(refused).rejects.toMatchObject({ code: "bad_credentials" });
    }
    await expect(guard(attempter, async () => true)).rejects.toMatchObject({ code: "too_many_requests" });
  });

  test("are counted by the peer where no proxy is trusted, whatever a header says", async () => {
    const { guard } = createAttempts(direct.database, { info() {} } as never);
    const guess = (n: number) =>
      direct.client().fetch("/api/session", {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": `198.51.100.${n}` },
        body: JSON.stringify({ username: "nobody-at-all", password: wrong }),
      });
    expect((await guess(1)).status).toBe(401);
    for (let n = 1; n < perAccount.failures; n++) {
      await guard({ account: "nobody-at-all", address: "127.0.0.1" }, async () => false);
    }
    expect((await guess(2)).status).toBe(429);
  });
});

describe("attempts", () => {
  test("are stored without a name or an address, and their end comes by an index", async () => {
    const documents = await attemptsIn(direct).find().toArray();
    expect(documents.length).toBeGreaterThan(0);
    expect(JSON.stringify(documents)).not.toMatch(/nobody|127\.0\.0\.1|198\.51/);
    const indexes = await attemptsIn(direct).indexes();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { expire: 1 }, expireAfterSeconds: 0 }));
    expect(indexes).toContainEqual(expect.objectContaining({ key: { key: 1 }, unique: true }));
  });
});

describe("signing up", () => {
  test("is for twenty of one address, whether or not it succeeds", async () => {
    const { countSignUp } = createAttempts(system.database, { info() {} } as never);
    const { attempts } = limits.signUp.perAddress;
    const signUp = (client: Client, username: string) =>
      client.fetch("/api/users", {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": "192.0.2.200" },
        body: JSON.stringify({ username, password: testPassword, firstName: "E", lastName: "E" }),
      });
    const client = system.client();
    expect((await signUp(client, "eve-the-first")).status).toBe(201);
    expect((await signUp(client, "eve-the-first")).status).toBe(409);
    for (let n = 2; n < attempts; n++) await countSignUp("192.0.2.200");
    const response = await signUp(client, "eve-the-last");
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await system.database.models.users.countDocuments({ username: "eve-the-last" })).toBe(0);
  });
});
