import type { Log } from "./log.ts";

const levels = { debug: 20, info: 30, warn: 40, error: 50, silent: 60 } as const;

/**
 * A Log in pino's JSON lines on the console, where pino cannot run, or costs more of a cold start than it gives. `level`
 * is one of LOG_LEVEL's.
 */
export function createConsoleLog(options: { name: string; level: string }): Log {
  const least = levels[options.level as keyof typeof levels];
  const at = (level: number) => (what: unknown, message?: string) => {
    if (level < least) return;
    const fields = typeof what === "string" ? { msg: what } : { ...describe(what as object), msg: message };
    // biome-ignore lint/suspicious/noConsole: it is the platform's log
    console.log(JSON.stringify({ level, time: Date.now(), name: options.name, ...fields }));
  };
  return { debug: at(levels.debug), info: at(levels.info), warn: at(levels.warn), error: at(levels.error) } as Log;
}

function describe(what: object): object {
  const { err, ...rest } = what as { err?: unknown };
  return err === undefined ? rest : { err: describeError(err), ...rest };
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name: type, message, stack, cause, code } = error as Error & { code?: unknown };
  return { type, message, stack, code, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}
