import type { Child } from "../processes.ts";
import { figure, verdict } from "../table.ts";
import type { World } from "../world.ts";
import type { Route } from "./verify.ts";

const requests = 200;

/** What requests, one after the other, ask of the database: by its own counters of queries and writes. */
export async function readsOf(world: World, server: Child, route: Route): Promise<string> {
  const before = await world.operations();
  for (let n = 0; n < requests; n++) {
    const cookie = world.visitors[n % world.visitors.length]?.cookie ?? "";
    await (await fetch(server.url + route.path, { headers: { cookie } })).text();
  }
  const after = await world.operations();
  const [queries, writes] = [after.queries - before.queries, after.writes - before.writes];
  const isRight = queries === requests * route.reads && writes === 0;
  const target = verdict(`${route.reads} and 0 a request`, isRight);
  return `${requests} requests of Kith, one after the other: ${figure(queries)} queries, ${figure(writes)} writes (${target})`;
}
