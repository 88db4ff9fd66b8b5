import { insertVisitors, type Visitor } from "../../infra/load/people.ts";
import type { Server } from "../../infra/load/server.ts";
import type { LoadWorld } from "../../infra/load/world.ts";
import { upgrade } from "../helpers/upgrade.ts";

/** "yes" or "no", or "away" of a process that does not answer or cannot tell now. */
export type Acceptance = "yes" | "no" | "away";

/** Whether each process takes a cookie for somebody's session: functions first, then nodes. */
export async function acceptanceOf(cookie: string, load: LoadWorld): Promise<Acceptance[]> {
  const headers = { cookie, origin: load.config.publicOrigins[0] as string, "x-forwarded-for": "2001:db8:eeee::1" };
  const read = (status: number | undefined): Acceptance =>
    status === 200 || status === 101 ? "yes" : status === 401 ? "no" : "away";
  const asked = ({ url }: Server) =>
    fetch(`${url}/api/me`, { headers, signal: AbortSignal.timeout(10_000) }).then(
      ({ status }) => read(status),
      () => "away" as const,
    );
  const shaken = ({ url }: Server) =>
    upgrade(url, headers).then(
      ({ status }) => read(status),
      () => "away" as const,
    );
  return Promise.all([...load.functions.map(asked), ...load.nodes.map(shaken)]);
}

/** One more person with a session, and without friends. */
export async function visitorOf({ database, config }: LoadWorld, name: string): Promise<Visitor> {
  const prefix = `${name}-${crypto.randomUUID().slice(0, 8)}`;
  const [visitor] = await insertVisitors(database, config, { prefix, count: 1 });
  return visitor as Visitor;
}
