import type { EndReason } from "../../shared/contracts/events.ts";
import type { Database } from "../../shared/database.ts";
import { explainEnd } from "../../shared/session/ending.ts";

type Stored = Pick<Database, "models" | "sessions">;

/** Ends sessions by their stored keys; their sockets are told why. */
export async function endSessions(
  { models, sessions }: Stored,
  keys: readonly string[],
  reason: EndReason,
): Promise<void> {
  await explainEnd(models.outbox, keys, reason);
  await sessions.end(keys);
}

/** Ends all sessions of a user, or all but one. */
export async function endSessionsOf(
  database: Stored,
  user: string,
  reason: EndReason,
  exceptKey?: string,
): Promise<void> {
  const keys = await database.sessions.keysOf(user);
  await endSessions(
    database,
    keys.filter((key) => key !== exceptKey),
    reason,
  );
}

/** Says why all sessions of a user are about to end. */
export async function explainEndsOf({ models, sessions }: Stored, user: string, reason: EndReason): Promise<void> {
  const keys = await sessions.keysOf(user);
  await explainEnd(models.outbox, keys, reason);
}
