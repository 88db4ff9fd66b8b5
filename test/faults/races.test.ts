import { afterAll, beforeAll, expect, test } from "vitest";
import { type Device, openDevice } from "../../infra/load/device.ts";
import type { Visitor } from "../../infra/load/people.ts";
import type { Server } from "../../infra/load/server.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import { until } from "../helpers/until.ts";
import { acceptanceOf, visitorOf } from "./acceptance.ts";
import { recordCommits } from "./commits.ts";
import { type FaultWorld, startFaultWorld, textOf } from "./harness.ts";

/** How long a request is held, in milliseconds. */
const held = 2_000;
const rounds = 12;

let world: FaultWorld;
beforeAll(async () => {
  // A request is always due to move its session's end.
  world = await startFaultWorld({ functions: 2, environment: { SESSION_TOUCH_AFTER: "50ms" } });
});
afterAll(() => world?.[Symbol.asyncDispose]());

const urlOf = (servers: readonly Server[], n: number) => (servers[n] as Server).url;
const headersOf = ({ cookie }: Visitor) => ({
  cookie,
  origin: world.load.config.publicOrigins[0] as string,
  "content-type": "application/json",
});

/** At the first node; `told` are the comments that its socket was told. */
async function deviceOf(visitor: Visitor): Promise<{ device: Device; told: Comment[] }> {
  const told: Comment[] = [];
  const device = openDevice({
    visitor,
    functionsUrl: urlOf(world.functions, 0),
    node: () => urlOf(world.nodes, 0),
    origin: world.load.config.publicOrigins[0] as string,
    address: `2001:db8:cccc:${visitor.sid.length}::1`,
    onTold: (comment) => told.push(comment),
  });
  await until(() => device.isLive, { what: "a device to be live" });
  return { device, told };
}

async function ask(visitor: Visitor, method: string, path: string, json?: object): Promise<Response> {
  // By turns through both.
  const url = `${urlOf(world.functions, method === "POST" ? 0 : 1)}${path}`;
  const body = json ? JSON.stringify(json) : null;
  const response = await fetch(url, { method, headers: headersOf(visitor), body });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  return response;
}

test("fault 19: a sign-out overtakes a slow request", async () => {
  const ada = await visitorOf(world.load, "ada");
  const { device } = await deviceOf(ada);
  const { connection } = world.load.database;
  const primary = await world.set.primary();
  const { count } = await primary.admin({
    configureFailPoint: "failCommand",
    mode: { times: 1 },
    data: {
      failCommands: ["findAndModify"],
      namespace: `${connection.name}.comments`,
      blockConnection: true,
      blockTimeMS: held,
    },
  });
  const slow = fetch(`${urlOf(world.functions, 0)}/api/comments`, {
    method: "POST",
    headers: headersOf(ada),
    body: JSON.stringify({ body: "slow" }),
  });
  await primary.admin({ waitForFailPoint: "failCommand", timesEntered: count + 1, maxTimeMS: 10_000 });
  await ask(ada, "DELETE", "/api/session");
  await until(() => device.feed.state.connection.state === "ended", { what: "the socket to be ended" });
  const { status } = await slow;
  const accepted = await acceptanceOf(ada.cookie, world.load);
  expect(accepted).toEqual([...world.functions, ...world.nodes].map(() => "no"));
  expect(await connection.collection("sessions").countDocuments({ user: ada.person.id })).toBe(0);
  world.report(
    `fault 19, a sign-out overtook a request held for ${held / 1_000} s, which was answered ${status}: the session dead everywhere, its socket closed`,
  );
});

test("fault 20: an unfriending races a comment, at a node that stands still meanwhile", async () => {
  const [ada, ben] = [await visitorOf(world.load, "ada"), await visitorOf(world.load, "ben")];
  const [adas, bens] = [await deviceOf(ada), await deviceOf(ben)];
  const node = world.nodes[0] as Server;
  await using commits = await recordCommits(world.load.database);
  const comment = async () =>
    ((await (await ask(ada, "POST", "/api/comments", { body: "race" })).json()) as Comment).id;
  const unfriend = () => ask(ben, "DELETE", `/api/friends/${ada.person.id}`);
  const toldTo = ({ told }: typeof adas, id: string) =>
    until(() => told.some((each) => each.id === id), { what: "a comment to be told" });
  let followed = 0;
  const outcome = await world.during(async () => {
    for (let round = 0; round < rounds; round++) {
      await ask(ada, "PUT", `/api/friends/${ben.person.id}`);
      await ask(ben, "PUT", `/api/friends/${ada.person.id}`);
      // The node knows the audience then, and needs not read it.
      await toldTo(bens, await comment());
      node.pause();
      const since = commits.length;
      let sent: string[];
      try {
        if (round % 3 === 0) await unfriend();
        const [first] = await Promise.all([comment(), ...(round % 3 === 1 ? [unfriend()] : [])]);
        if (round % 3 === 2) await unfriend();
        sent = [first, await comment()];
      } finally {
        node.resume();
      }
      const last = sent[1] as string;
      await commits.includes(last);
      // What comes earlier in the order has been told when this has.
      await toldTo(adas, last);
      const order = commits.since(since);
      const end = order.findIndex(({ pair }) => pair);
      const late = sent.filter((id) => order.findIndex((each) => each.comment === id) > end);
      expect(end, "the unfriending among the commits").toBeGreaterThanOrEqual(0);
      followed += late.length;
      const heard = bens.told.filter(({ id }) => late.includes(id));
      expect(heard, "what followed the unfriending and was told").toEqual([]);
    }
  });
  for (const { device } of [adas, bens]) device[Symbol.dispose]();
  world.report(
    `fault 20, ${rounds} unfriendings raced ${2 * rounds} comments, ${followed} were committed after them and none of these told: ${textOf(outcome)}`,
  );
  expect(outcome.resyncs).toBe(0);
});
