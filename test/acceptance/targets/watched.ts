import { createApp } from "../../../functions/app.ts";
import { fewConnections } from "../../../functions/connections.ts";
import { builtAssets } from "../../../functions/pages/built-assets.ts";
import { readConfig } from "../../../shared/config.ts";
import { createDatabase } from "../../../shared/database.ts";
import { createLog } from "../../../shared/log.ts";
import type { Target } from "../target.ts";

/** A read that nobody waits for any more is no loss. */
const writes = new Set(["insert", "update", "delete", "findAndModify"]);

/**
 * The app in this process, with an eye on its client: an answer fails while a write of its request is still under way, or if
 * one is begun after it. A function may be frozen or gone by then.
 */
export async function startWatched(environment: Record<string, string>): Promise<Target> {
  const config = readConfig(environment);
  const log = createLog({ name: "watched", level: config.logLevel });
  const database = createDatabase(config, log, {}, { ...fewConnections, monitorCommands: true });
  const underWay = new Map<number, string>();
  let begun = 0;
  const { client } = database;
  client.on("commandStarted", ({ requestId, commandName }) => {
    if (!writes.has(commandName)) return;
    begun += 1;
    underWay.set(requestId, commandName);
  });
  const end = ({ requestId }: { requestId: number }) => underWay.delete(requestId);
  client.on("commandSucceeded", end).on("commandFailed", end);
  await database.connect();
  let address = "";
  const assets = await builtAssets();
  const app = createApp({ config, database, log, assets, addressOf: () => address });
  return {
    name: "watched",
    async fetch(request, from) {
      address = from;
      const response = await app.fetch(request);
      const left = [...underWay.values()];
      const before = begun;
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (left.length > 0 || begun > before) {
        const late = left.length > 0 ? left : [...underWay.values()];
        throw new Error(`${request.method} ${request.url} left behind: ${late.join(", ") || "a write"}`);
      }
      return response;
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}
