import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

/** A JSON-lines logger. `name` says which process speaks. */
export function createLog(options: { name: string; level: string }, destination?: DestinationStream): Log {
  return pino({ name: options.name, level: options.level, base: { name: options.name } }, destination as never);
}
