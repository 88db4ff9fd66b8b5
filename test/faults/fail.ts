import type { Document } from "mongodb";
import type { Members } from "../helpers/members.ts";

/** The namespace of commands on Kith's whole database: its change streams. */
export const streams = "kith-own.$cmd.aggregate";
export const collection = (name: string) => `kith-own.${name}`;

/** MongoDB's fail point: a number of times, or always, until it is let go. Only what Kith's processes ask fails. */
export type Mode = "alwaysOn" | { times: number } | { activationProbability: number };

/** Makes the primary fail these commands, as `data` says (the server's `failCommand`). */
export async function failing(
  set: Members,
  failCommands: readonly string[],
  data: Document,
  mode: Mode = "alwaysOn",
): Promise<AsyncDisposable> {
  const primary = await set.primary();
  await primary.admin({
    configureFailPoint: "failCommand",
    mode,
    data: { failCommands, appName: "kith", ...data },
  });
  return {
    async [Symbol.asyncDispose]() {
      await primary.admin({ configureFailPoint: "failCommand", mode: "off" });
    },
  };
}
