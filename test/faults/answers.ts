import { expect } from "vitest";
import type { Visitor } from "../../infra/load/people.ts";
import type { Server } from "../../infra/load/server.ts";
import type { FaultWorld } from "./harness.ts";

/** Longer than the longest chain of deadlines behind a request, in milliseconds. */
const patience = 25_000;

/** A request of somebody signed in, of a network of their own; its status, or 0 where the process was not reached. */
export async function statusOf(
  { load: { config } }: Pick<FaultWorld, "load">,
  server: Pick<Server, "url">,
  path: string,
  visitor?: Pick<Visitor, "cookie">,
  init: RequestInit = {},
): Promise<number> {
  const headers = { ...headersOf(config, visitor), ...(init.headers as Record<string, string> | undefined) };
  const response = await fetch(`${server.url}${path}`, { ...init, headers, signal: AbortSignal.timeout(patience) });
  await response.arrayBuffer();
  return response.status;
}

/** As a browser would send them, from behind a proxy. */
export function headersOf(
  config: FaultWorld["load"]["config"],
  visitor?: Pick<Visitor, "cookie">,
): Record<string, string> {
  const headers = { origin: config.publicOrigins[0] as string, "x-forwarded-for": "2001:db8:a5c::1" };
  return visitor ? { ...headers, cookie: visitor.cookie } : headers;
}

/**
 * Of one person, so many comments and so many questions who they are, all at once: each must be served, or answered that
 * it cannot be now. In words.
 */
export async function askAll(world: FaultWorld, visitor: Visitor, count: number): Promise<string> {
  const [server] = world.functions as [Server];
  const comment = (_: unknown, n: number) =>
    statusOf(world, server, "/api/comments", visitor, {
      method: "POST",
      body: JSON.stringify({ body: `one of many: ${n}` }),
      headers: { "content-type": "application/json" },
    });
  const statuses = await Promise.all([
    ...Array.from({ length: count }, comment),
    ...Array.from({ length: count }, () => statusOf(world, server, "/api/me", visitor)),
  ]);
  const served = statuses.filter((status) => status === 200 || status === 201).length;
  const unavailable = statuses.filter((status) => status === 503).length;
  expect(served + unavailable, `only served and 503 among ${[...new Set(statuses)]}`).toBe(2 * count);
  return `${served} of ${2 * count} requests served, ${unavailable} answered 503`;
}
