import { createRoute, type RouteHandler } from "@hono/zod-openapi";
import { type OwnSession, ownSessions } from "../../shared/contracts/accounts.ts";
import { endsOf, type Lifetimes, lastWriteOf, type SessionRecord } from "../../shared/session/record.ts";
import type { Deps } from "../deps.ts";
import { answer, type Env, errors } from "../http/api.ts";
import { json } from "../http/json.ts";
import { deviceOf } from "./device.ts";
import { sessionIdFor } from "./session-id.ts";

export const listSessionsRoute = createRoute({
  method: "get",
  path: "/sessions",
  summary: "One's own sessions that are alive, the last used first",
  responses: { 200: answer(ownSessions, "The sessions"), ...errors("unauthenticated") },
});

export function listSessions({ database, config }: Deps): RouteHandler<typeof listSessionsRoute, Env> {
  return async (c) => {
    const records = await database.sessions.sessionsOf(c.get("user")._id.toHexString());
    const currentKey = c.get("exchange").record?.key;
    const now = new Date();
    const sessions = records
      .map((record) => shown(record, currentKey, config.session, now))
      .sort((a, b) => Date.parse(b.lastSeen) - Date.parse(a.lastSeen));
    return json({ sessions }, 200);
  };
}

function shown(record: SessionRecord, currentKey: string | undefined, lifetimes: Lifetimes, now: Date): OwnSession {
  const since = record.since ?? now;
  return {
    id: sessionIdFor(record.key),
    since: since.toISOString(),
    lastSeen: (lastWriteOf(record.data, record.expires) ?? since).toISOString(),
    expiresAt: endsOf(record, lifetimes, now).expiresAt.toISOString(),
    ...deviceOf(record.data),
    current: record.key === currentKey,
  };
}
