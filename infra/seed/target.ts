import { findRunning, startDatabase } from "../dev/database.ts";

/** Where people and comments are written. */
export interface Target {
  /** Names the database, too. */
  uri: string;
  /** Whether `npm run dev` shows it, now or at its next start. */
  isOfDevelopment: boolean;
  /** Whether it is shown right now. */
  isRunning: boolean;
  close(): Promise<void>;
}

/** It has to be said that these people are meant for there. */
export class RefusedError extends Error {}

/**
 * MONGODB_URI; else the database of a development that runs; else the one that it keeps, with a server of our own.
 * @throws RefusedError where real people may be and `isMeant` is false; MongodError
 */
export async function findTarget(
  environment: NodeJS.ProcessEnv,
  { kept, isMeant, log }: { kept: string; isMeant: boolean; log: (line: string) => void },
): Promise<Target> {
  const given = environment.MONGODB_URI || undefined;
  refuseUnmeant(given, environment.NODE_ENV, isMeant);
  if (given !== undefined) return { uri: given, isOfDevelopment: false, isRunning: false, close: async () => {} };
  const running = await findRunning(kept);
  if (running !== undefined) return { uri: running, isOfDevelopment: true, isRunning: true, close: async () => {} };
  const { uri, stop } = await startDatabase({ kept, log });
  return { uri, isOfDevelopment: true, isRunning: false, close: stop };
}

function refuseUnmeant(uri: string | undefined, mode: string | undefined, isMeant: boolean): void {
  if (uri === undefined) {
    if (mode !== "production") return;
    throw new RefusedError("NODE_ENV is production: name the database, by MONGODB_URI.");
  }
  const isForTrying = mode === "development" || mode === "test";
  if (isMeant || (isForTrying && isOfThisMachine(uri))) return;
  const reason = isForTrying
    ? "MONGODB_URI is no address of this machine"
    : "MONGODB_URI names a database, and NODE_ENV is neither development nor test";
  throw new RefusedError(`${reason}. Everybody knows the password of these people: add --yes if you mean it.`);
}

/** Of a replica set every member has to be. */
export function isOfThisMachine(uri: string): boolean {
  const hosts = /^mongodb:\/\/(?:[^@/]*@)?([^/?]+)/.exec(uri)?.[1];
  return hosts?.split(",").every((host) => /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host)) ?? false;
}
