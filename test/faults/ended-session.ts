import { setTimeout } from "node:timers/promises";
import { insertVisitors } from "../../infra/load/people.ts";
import type { LoadWorld } from "../../infra/load/world.ts";
import { handshake } from "./handshake.ts";

const interval = 250;

/** A session that somebody ended, and that is tried on every process again and again. */
export interface EndedSession {
  /** Who took it for a session, in words. */
  accepted: readonly string[];
  /** How many answers there were. */
  refusals: number;
  stop(): Promise<void>;
}

/** Ends a session over HTTP; resolves when that was acknowledged. */
export async function endASession({ database, config, functions, nodes }: LoadWorld): Promise<EndedSession> {
  const prefix = `gone-${crypto.randomUUID().slice(0, 8)}`;
  const [gone] = await insertVisitors(database, config, { prefix, count: 1 });
  const origin = config.publicOrigins[0] as string;
  const headers = { cookie: gone?.cookie as string, origin, "x-forwarded-for": "2001:db8:dead::1" };
  const signal = () => AbortSignal.timeout(10_000);
  const ending = await fetch(`${functions[0]?.url}/api/session`, { method: "DELETE", headers, signal: signal() });
  if (ending.status !== 204) throw new Error(`A session could not be ended: ${ending.status}`);

  const stopping = new AbortController();
  const accepted: string[] = [];
  const session: EndedSession = {
    accepted,
    refusals: 0,
    async stop() {
      stopping.abort();
      await trying;
    },
  };
  const askFunctions = async (url: string) => {
    const response = await fetch(`${url}/api/me`, { headers, signal: signal() }).catch(() => undefined);
    if (response?.ok) accepted.push(`${url}/api/me`);
    else if (response?.status === 401) session.refusals += 1;
  };
  const askNode = async (url: string) => {
    const status = await handshake(url, headers);
    if (status === 101) accepted.push(url);
    else if (status === 401) session.refusals += 1;
  };
  async function tryAll(): Promise<void> {
    while (!stopping.signal.aborted) {
      await Promise.all([...functions.map(({ url }) => askFunctions(url)), ...nodes.map(({ url }) => askNode(url))]);
      await setTimeout(interval, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
  const trying = tryAll();
  return session;
}
