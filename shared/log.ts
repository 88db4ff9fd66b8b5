import { createHash } from "node:crypto";
import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

/** A JSON-lines logger. `name` says which process speaks. */
export function createLog(options: { name: string; level: string }, destination?: DestinationStream): Log {
  return pino({ name: options.name, level: options.level, base: { name: options.name } }, destination as never);
}

/** What a log may hold of a session id or key: enough to follow one, too little to be one. */
export function shortHash(value: string): string {
  return createHash("sha256").update(value).digest("base64url").slice(0, 10);
}
