import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLightSocket } from "../../infra/load/light-socket.ts";
import type { Visitor } from "../../infra/load/people.ts";
import type { Server } from "../../infra/load/server.ts";
import { signedValue } from "../../shared/session/cookie.ts";
import { until } from "../helpers/until.ts";
import { acceptanceOf, visitorOf } from "./acceptance.ts";
import { type FaultWorld, startFaultWorld, textOf } from "./harness.ts";

/** The sweep finds what no change and no timer tells of. */
const recheckedWithin = 30_000;
const [minute, skew] = [60_000, 5 * 60_000];
const nextSecret = "another-secret-that-only-this-test-knows-0123456789";

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld({
    functions: 2,
    // MongoDB removes no session by itself.
    mongod: { setParameters: { ttlMonitorEnabled: false } },
    environment: { DRAIN_SPREAD: "1s" },
  });
});
afterAll(() => world?.[Symbol.asyncDispose]());

const servers = () => [...world.functions, ...world.nodes];
const everywhere = (what: string) => servers().map(() => what);
const sessions = () => world.load.database.connection.collection("sessions");

/** Moves a session's end to so many milliseconds from now; when that is. */
async function expireIn(time: number, whose: Visitor): Promise<number> {
  const end = Date.now() + time;
  await sessions().updateOne({ user: whose.person.id }, { $set: { expires: new Date(end) } });
  return end;
}

async function restart(server: Server, environment: Record<string, string>): Promise<void> {
  expect(await server.stop("SIGTERM"), `the end of ${server.name}`).toBe(0);
  await server.start({ environment });
}

/** One functions process and one node at a time, so that others are there. */
async function inTurn(environment: Record<string, string>, each: () => Promise<void>): Promise<void> {
  for (const [i, functions] of world.functions.entries()) {
    await Promise.all([restart(functions, environment), restart(world.nodes[i] as Server, environment)]);
    await each();
  }
}

/** A socket alone: what a whole device asks over HTTP would move the session's end. */
async function openSocket(owner: Visitor): Promise<{ endedAt: number }> {
  const ended = { endedAt: 0 };
  const headers = { cookie: owner.cookie, origin: world.load.config.publicOrigins[0] as string };
  const socket = openLightSocket(() => world.nodes[0]?.url as string, headers);
  const joined = Promise.withResolvers<void>();
  socket.on("me", () => joined.resolve());
  socket.on("connect_error", (error) => joined.reject(error));
  socket.on("disconnect", () => {
    ended.endedAt = Date.now();
  });
  socket.connect();
  await joined.promise;
  return ended;
}

test("fault 21: sessions run out, and MongoDB does not remove them", async () => {
  const [ada, ben] = [await visitorOf(world.load, "ada"), await visitorOf(world.load, "ben")];
  let [late, found] = [0, 0];
  const outcome = await world.during(async () => {
    const bens = await openSocket(ben);
    const end = await expireIn(5_000, ada);
    const adas = await openSocket(ada);
    // Behind the node's back: neither a change nor a timer tells of it.
    const moved = await expireIn(-1, ben);
    await until(() => adas.endedAt, { timeout: recheckedWithin, what: "a session that runs out to be ended" });
    await until(() => bens.endedAt, { timeout: recheckedWithin, what: "a session that had run out to be found" });
    [late, found] = [adas.endedAt - end, bens.endedAt - moved];
  });
  expect(late, "milliseconds after its end").toBeGreaterThanOrEqual(0);
  for (const each of [ada, ben]) {
    expect(await acceptanceOf(each.cookie, world.load)).toEqual(everywhere("no"));
    expect(await sessions().countDocuments({ user: each.person.id }), "records that are still there").toBe(1);
  }
  world.report(
    `fault 21, records outlived their sessions: a socket closed ${late} ms after the end it knew, ${found} ms after one that was moved: ${textOf(outcome)}`,
  );
  expect(outcome.resyncs).toBe(0);
});

test.each([
  { functions: skew, node: -skew },
  { functions: -skew, node: skew },
])("fault 23: clocks are wrong: functions $functions ms, a node $node ms", async (shifts) => {
  const [functions, node] = [world.functions[0] as Server, world.nodes[0] as Server];
  const preload = fileURLToPath(new URL("shifted-clock.ts", import.meta.url));
  const shifted = (shift: number) => ({
    NODE_OPTIONS: `--import=${preload}`,
    KITH_TEST_CLOCK_SHIFT: String(shift),
  });
  const { devices } = world.load;
  const outcome = await world.during(
    async ({ flow }) => {
      await Promise.all([restart(functions, shifted(shifts.functions)), restart(node, shifted(shifts.node))]);
      await flow.goesOn();
      for (const device of devices) device.drop();
      await until(() => devices.every(({ isLive }) => isLive), { timeout: 60_000, what: "all devices to be back" });
      await flow.goesOn();

      const accepted = async (time: number) => {
        const visitor = await visitorOf(world.load, "skewed");
        await expireIn(time, visitor);
        return acceptanceOf(visitor.cookie, world.load);
      };
      // No process is wrong by more than its clock.
      expect(await accepted(skew + minute)).toEqual(everywhere("yes"));
      expect(await accepted(-skew - minute)).toEqual(everywhere("no"));
      // And these are: or the clocks would not be wrong at all.
      const early = servers().map((server) =>
        (server === functions ? shifts.functions : server === node ? shifts.node : 0) > 0 ? "no" : "yes",
      );
      expect(await accepted(skew - minute)).toEqual(early);
      await Promise.all([functions, node].map((server) => restart(server, { NODE_OPTIONS: "" })));
    },
    { restarted: [functions, node] },
  );
  const [one, other] = [shifts.functions / minute, shifts.node / minute];
  world.report(`fault 23, clocks of functions ${one} min, of a node ${other} min wrong: ${textOf(outcome)}`);
  expect(outcome.resyncs).toBe(0);
});

test("fault 22: the secret that signs is replaced, a few processes at a time", async () => {
  const { config } = world.load;
  const old = config.session.secrets[0] as string;
  const [ada, ben] = [await visitorOf(world.load, "ada"), await visitorOf(world.load, "ben")];
  const bens = `${config.session.name}=${encodeURIComponent(signedValue(ben.sid, nextSecret))}`;
  let asked = 0;
  async function acceptEverywhere(cookie: string): Promise<void> {
    expect(await acceptanceOf(cookie, world.load)).toEqual(everywhere("yes"));
    asked += 1;
  }
  const outcome = await world.during(
    async () => {
      // First all learn to verify what none signs yet.
      await inTurn({ SESSION_SECRETS: `${old},${nextSecret}` }, () => acceptEverywhere(ada.cookie));
      await inTurn({ SESSION_SECRETS: `${nextSecret},${old}` }, async () => {
        await acceptEverywhere(ada.cookie);
        await acceptEverywhere(bens);
      });
    },
    { restarted: servers() },
  );
  // The devices' cookies are of the old one, so this ends them and comes last.
  await Promise.all(servers().map((server) => restart(server, { SESSION_SECRETS: nextSecret })));
  expect(await acceptanceOf(ada.cookie, world.load)).toEqual(everywhere("no"));
  await acceptEverywhere(bens);
  world.report(
    `fault 22, secret replaced, cookies of both accepted everywhere ${asked} times until the old one was retired: ${textOf(outcome)}`,
  );
  expect(outcome.resyncs).toBe(0);
});
