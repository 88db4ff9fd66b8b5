import type { Child } from "../processes.ts";
import { figure, verdict } from "../table.ts";
import type { World } from "../world.ts";
import type { Route } from "./verify.ts";

const requests = 200;

/** What requests, one after the other, ask of the database. */
export async function readsOf(world: World, server: Child, route: Route): Promise<string> {
  const { queries, writes } = await world.profiled(async () => {
    for (let n = 0; n < requests; n++) {
      const cookie = world.visitors[n % world.visitors.length]?.cookie ?? "";
      await (await fetch(server.url + route.path, { headers: { cookie } })).text();
    }
  });
  const target = verdict(`${route.reads} and 0 a request`, queries === requests * route.reads && writes === 0);
  return `${requests} requests of Kith, one after the other: ${figure(queries)} queries, ${figure(writes)} writes (${target})`;
}
