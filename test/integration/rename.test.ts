import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { limits } from "../../shared/contracts/limits.ts";
import { type Client, type RecordingSocket, testPassword } from "../helpers/client.ts";
import { hold } from "../helpers/hold.ts";
import { type Node, startNode } from "../helpers/node.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

let system: System;
/** One more node, on which the same is told. */
let other: Node;
beforeAll(async () => {
  // Nothing but a handshake reads sessions.
  system = await startSystem({ sweepInterval: 3_600_000 });
  other = await startNode(system);
});
afterAll(async () => {
  await other?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
});

const rename = (client: Client, json: object) => client.api.api.me.$patch({ json });
const recordOf = (client: Client) => system.database.models.users.findById(client.id).lean();

async function people(...names: string[]): Promise<Client[]> {
  return Promise.all(names.map((name) => system.person(name)));
}

/** Waits until the stream has passed everything so far, at the socket of somebody who comments. */
async function passed(client: Client, socket: RecordingSocket): Promise<void> {
  const { id } = await client.comment("the stream has passed it");
  await socket.first("comment", (comment) => comment.id === id);
}

describe("PATCH /api/me", () => {
  test("changes one name or both, answers with the person, and is found by it", async () => {
    const [ada, ben] = (await people("Ada", "Ben")) as [Client, Client];
    const unusual = `Q${crypto.randomUUID().slice(0, 8)}`;
    const response = await rename(ada, { firstName: ` ${unusual} ` });
    expect(response.status).toBe(200);
    const person = { ...ada.me, firstName: unusual };
    expect(await response.json()).toEqual(person);
    expect(await (await ada.fetch("/api/me")).json()).toEqual(person);
    const found = await ben.api.api.users.$get({ query: { q: unusual.toLowerCase() } });
    expect(await found.json()).toEqual({ people: [person] });
    await rename(ada, { firstName: "Adele", lastName: "Moreau" });
    expect(await recordOf(ada)).toMatchObject({
      firstName: "Adele",
      lastName: "Moreau",
      sortName: "adele moreau",
      searchKeys: [ada.me?.username, "adele moreau", "moreau"],
    });
  });

  test("writes nothing where nothing changes, which does not count", async () => {
    const [ada] = (await people("Ada")) as [Client];
    const socket = await ada.connect();
    for (let n = 0; n <= limits.renames.perUser.attempts; n++) {
      const response = await rename(ada, { firstName: "Ada", lastName: "Test" });
      expect([response.status, await response.json()]).toEqual([200, ada.me]);
    }
    await passed(ada, socket);
    expect(socket.all("person")).toEqual([]);
  });

  test("keeps both where two requests each change one at once", async () => {
    const [ada] = (await people("Ada")) as [Client];
    const answers = await Promise.all([rename(ada, { firstName: "Adele" }), rename(ada, { lastName: "Moreau" })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await recordOf(ada)).toMatchObject({ firstName: "Adele", lastName: "Moreau", sortName: "adele moreau" });
  });

  test.each([
    [{}, { body: "Give a first name or a last name." }],
    [{ firstName: "" }, { firstName: "The first name cannot be empty." }],
    [
      { firstName: " ", lastName: "a".repeat(81) },
      { firstName: expect.any(String), lastName: expect.any(String) },
    ],
    [{ firstName: "Ada\u0000" }, { firstName: "The first name cannot hold control characters." }],
    [{ firstName: "Adele", username: "adele" }, { username: "This field is not known here." }],
  ])("refuses %j at the field", async (body, fields) => {
    const [ada] = (await people("Ada")) as [Client];
    const response = await rename(ada, body);
    expect(response.status as number).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_input", fields });
    expect(await recordOf(ada)).toMatchObject({ firstName: "Ada", lastName: "Test" });
  });

  test("takes ten changes an hour of one person, on all processes together, and says when to try again", async () => {
    const [ada, ben] = (await people("Ada", "Ben")) as [Client, Client];
    const { attempts } = limits.renames.perUser;
    const answers = await Promise.all(
      Array.from({ length: attempts + 3 }, (_, n) => rename(ada, { firstName: `Ada ${n}` })),
    );
    const statuses = answers.map(({ status }) => status as number);
    expect(statuses.filter((status) => status === 200)).toHaveLength(attempts);
    const refused = answers.find(({ status }) => (status as number) === 429);
    expect(await refused?.json()).toMatchObject({
      code: "too_many_requests",
      message: expect.stringMatching(/^Your name can change 10 times an hour\. Try again in \d+ minutes?\.$/),
    });
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(3_500);
    expect((await rename(ben, { firstName: "Benedict" })).status).toBe(200);
    // Stored under a hash: nobody's id stands there.
    expect(await system.database.models.attempts.countDocuments({ key: new RegExp(ada.id) })).toBe(0);
  });

  test("answers in time where the database does not, as its neighbours of the same path see to it themselves", async () => {
    const [ada] = (await people("Ada")) as [Client];
    const hanging = { lean: () => new Promise(() => {}) };
    vi.spyOn(system.database.models.users, "findOneAndUpdate").mockReturnValueOnce(hanging as never);
    const response = await rename(ada, { firstName: "Adele" });
    expect(response.status as number).toBe(503);
    expect(await response.json()).toMatchObject({ code: "unavailable" });
  });

  test("is described", async () => {
    const document = await (await system.app.request("/api/openapi.json")).json();
    expect(Object.keys(document.paths["/api/me"]).sort()).toEqual(["delete", "get", "patch"]);
    expect(Object.keys(document.paths["/api/me"].patch.responses)).toEqual(
      expect.arrayContaining(["200", "400", "401", "403", "404", "413", "415", "429", "503"]),
    );
  });
});

describe("a new name", () => {
  test("is told to one's own sockets and friends' on every node; not to strangers, nor who was a friend", async () => {
    const [ada, ben, cleo, eve] = (await people("Ada", "Ben", "Cleo", "Eve")) as [Client, Client, Client, Client];
    await Promise.all([ada.befriend(ben), ada.befriend(cleo)]);
    // Who has only asked is no friend yet.
    await eve.api.api.friends[":userId"].$put({ param: { userId: ada.id } });
    const hearing = await Promise.all([ada, ben].flatMap((client) => [client.connect(), other.twin(client).connect()]));
    const deaf = await Promise.all([cleo, eve].flatMap((client) => [client.connect(), other.twin(client).connect()]));
    // The set of her friends is kept from here on, and must not be used.
    await Promise.all(hearing.map((socket) => passed(ada, socket)));
    await cleo.unfriend(ada);
    await rename(ada, { firstName: "Adele" });
    for (const socket of hearing) expect(await socket.first("person")).toEqual({ ...ada.me, firstName: "Adele" });
    const after = await ada.comment("by Adele");
    for (const socket of hearing) {
      const { author } = await socket.first("comment", ({ id }) => id === after.id);
      expect(author.firstName).toBe("Adele");
      expect(socket.received.map(({ event }) => event).lastIndexOf("comment")).toBeGreaterThan(
        socket.received.findIndex(({ event }) => event === "person"),
      );
      expect([socket.all("person").length, socket.all("me").length]).toEqual([1, 1]);
    }
    await Promise.all(deaf.map((socket, n) => passed(n < 2 ? cleo : eve, socket)));
    for (const socket of deaf) expect(socket.all("person")).toEqual([]);
  });

  test("is not what a changed password, a better hash, a disabled account or another's change is", async () => {
    const [ada, ben] = (await people("Ada", "Ben")) as [Client, Client];
    await ada.befriend(ben);
    const atBens = await ben.connect();
    const { users } = system.database.models;
    const changed = await ada.api.api.password.$put({ json: { current: testPassword, next: `${testPassword}!` } });
    expect(changed.status).toBe(204);
    await users.updateOne({ _id: ada.id }, { $set: { password: "another hash", lastName: "Test" } });
    await users.updateOne({ _id: ada.id }, { $set: { disabledAt: new Date() } });
    await passed(ben, atBens);
    expect(atBens.all("person")).toEqual([]);
    await users.updateOne({ _id: ada.id }, { $set: { lastName: "Moreau" } });
    expect(await atBens.first("person")).toEqual({ ...ada.me, lastName: "Moreau" });
  });

  test("is the one of `me`, where it came between the handshake's read and that", async () => {
    const [ada] = (await people("Ada")) as [Client];
    const earlier = await ada.connect();
    const reading = hold(system.realtimeDatabase, "findUser", "after", (id) => id === ada.id);
    const socket = ada.socket();
    await reading.reached;
    await rename(ada, { firstName: "Adele" });
    await earlier.first("person");
    reading.release();
    expect((await socket.first("me")).user).toEqual({ ...ada.me, firstName: "Adele" });

    // The first reading is the handshake's.
    let readings = 0;
    const joining = hold(system.realtimeDatabase.sessions, "readKey", "after", () => ++readings === 2);
    const late = ada.socket();
    await joining.reached;
    await rename(ada, { lastName: "Moreau" });
    await earlier.first("person", ({ lastName }) => lastName === "Moreau");
    joining.release();
    expect((await late.first("me")).user).toMatchObject({ firstName: "Adele", lastName: "Moreau" });
    await until(() => socket.all("person").length === 1);
    expect(late.all("person")).toEqual([]);
  });
});
