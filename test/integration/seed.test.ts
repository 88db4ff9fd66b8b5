import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoPassword } from "../../infra/dev/demo.ts";
import type { Client } from "../helpers/client.ts";
import { startKit } from "../helpers/kit.ts";
import { type System, startSystem } from "../helpers/system.ts";
import { until } from "../helpers/until.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

/** The command as it is run for real; rejects where it fails. */
function seed({ config }: System, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, NODE_ENV: "test", MONGODB_URI: config.mongodbUri };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ["infra/seed.ts", ...args], { cwd: root, env }, (error, out, err) =>
      error ? reject(new Error(`${error.message}\n${err}`)) : resolve(out),
    );
  });
}

async function signedIn(username: string): Promise<Client> {
  const client = system.client();
  const response = await client.api.api.session.$post({ json: { username, password: demoPassword } });
  if (response.status !== 200) throw new Error(await response.text());
  client.me = await response.json();
  return client;
}

/** All that a person may read, by its pages. */
async function feedOf(client: Client) {
  const comments: { id: string; position: string; createdAt: string; author: { id: string } }[] = [];
  for (let before: string | null | undefined; before !== null; ) {
    const query: { limit: string; before?: string } = { limit: "100", ...(before === undefined ? {} : { before }) };
    const response = await client.api.api.comments.$get({ query });
    if (response.status !== 200) throw new Error(await response.text());
    const page = await response.json();
    comments.push(...page.comments);
    before = page.next;
  }
  return comments;
}

test("leaves somebody real alone who is called as a demo person is", { timeout: 60_000 }, async () => {
  await using other = await startSystem();
  const ada = other.client();
  const real = { username: "Ada", password: "a password of her own", firstName: "Ada", lastName: "Real" };
  expect((await ada.api.api.users.$post({ json: real })).status).toBe(201);
  const said = await seed(other, "--people", "6", "--friends", "3", "--comments", "20", "--seed", "1");
  expect(said).toMatch(/Sign in as ben, /);
  const { friends, incoming, outgoing } = await (await ada.api.api.friends.$get({ query: {} })).json();
  expect([friends, incoming, outgoing, await feedOf(ada)]).toEqual([[], [], [], []]);
});

test("adds people, friends and words; whoever has the feed open, or comes back to it, is shown them", {
  timeout: 60_000,
}, async () => {
  const said = await seed(system, "--people", "12", "--friends", "4", "--comments", "150", "--seed", "1");
  for (const part of ["people: 12", "comments: 150", "friendships: 32"]) expect(said).toContain(`${part}\n`);
  const { users, friendships, comments } = system.database.models;
  expect([await users.countDocuments(), await comments.countDocuments()]).toEqual([14, 153]);

  const [ada, ben] = await Promise.all([signedIn("ada"), signedIn("ben")]);
  using live = startKit(ada, system);
  using away = startKit(ben, system);
  await Promise.all([live.live(), away.live()]);
  away.feed.stop();
  // The same people once more, under other usernames.
  const again = await seed(system, "--people", "12", "--friends", "4", "--comments", "150", "--seed", "1");
  away.feed.start();
  expect([await users.countDocuments(), await comments.countDocuments()]).toEqual([26, 303]);
  const names = /Sign in as ada, ben, (.*), (.*) or (.*); the password/.exec(again)?.slice(1) as string[];
  expect(said.split(/[ ,;]+/)).not.toContain(names[0]);
  const theirs = await signedIn(names[0] as string);

  for (const [client, friends] of [
    [ada, 9],
    [ben, 9],
    [theirs, undefined],
  ] as const) {
    const list = await (await client.api.api.friends.$get({ query: {} })).json();
    if (friends) expect(list.friends).toHaveLength(friends);
    const readable = [client.id, ...list.friends.map(({ id }) => id)];
    const feed = await feedOf(client);
    const stored = await comments.find({ author: { $in: readable } }).sort({ at: -1, _id: -1 });
    expect(feed.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    const ages = feed.map(({ createdAt }) => (Date.now() - Date.parse(createdAt)) / 86_400_000);
    expect([Math.min(...ages) >= 0, Math.max(...ages) < 11, Math.max(...ages) > 5]).toEqual([true, true, true]);
    expect(feed.length).toBeGreaterThan(20);
  }
  expect((await (await ada.api.api.friends.$get({ query: {} })).json()).incoming).toHaveLength(4);
  const oneSided = await friendships.countDocuments({ "wants.1": { $exists: false } });
  expect(oneSided).toBe(4);

  for (const [client, kit] of [
    [ada, live],
    [ben, away],
  ] as const) {
    const newest = (await feedOf(client)).map(({ id }) => id).slice(0, 50);
    const shown = () => kit.feed.state.comments.slice(0, 50).map(({ id }) => id);
    await until(() => shown().join() === newest.join(), { what: "the newest comments to be shown" });
  }

  // What is written now is the newest.
  const { id } = await ben.comment("and now?");
  expect((await feedOf(ada))[0]?.id).toBe(id);
});
