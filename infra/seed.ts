import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { ConfigError, readConfig } from "../shared/config.ts";
import type { Person } from "../shared/contracts/people.ts";
import { openDatabase } from "../shared/database.ts";
import { demoPassword, demoPeople } from "./dev/demo.ts";
import { MongodError } from "./mongod/errors.ts";
import { fillDatabase } from "./seed/fill.ts";
import { readOptions, type SeedOptions, usage } from "./seed/options.ts";
import { createProgress } from "./seed/progress.ts";
import { findTarget, RefusedError, type Target } from "./seed/target.ts";

const kept = fileURLToPath(new URL("../.kith", import.meta.url));

/** 0: done; 1: it could not be; 2: it was not understood, or refused. */
async function main(): Promise<number> {
  let options: SeedOptions;
  try {
    options = readOptions(process.argv.slice(2), randomInt(2 ** 32));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${usage}\n`);
    return 2;
  }
  if (options.help) {
    say(usage);
    return 0;
  }
  try {
    await run(options);
    return 0;
  } catch (error) {
    const isPlain = error instanceof MongodError || error instanceof ConfigError || error instanceof RefusedError;
    const text = error instanceof Error ? (!isPlain && error.stack) || error.message : error;
    process.stderr.write(`${text}\n`);
    return error instanceof RefusedError ? 2 : 1;
  }
}

async function run(options: SeedOptions): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const target = await findTarget(process.env, { kept, isMeant: options.yes, log: say });
  stack.defer(target.close);
  // Nothing is signed here; the rest of the environment is not for this.
  const config = readConfig({ NODE_ENV: "development", SESSION_SECRETS: "none", MONGODB_URI: target.uri });
  const database = await openDatabase(config);
  stack.defer(() => database.close());
  say(`Writing to the database ${database.connection.name} at ${database.connection.host} ...`);
  const people = await fillDatabase(database, options, createProgress(process.stdout));
  say(summary(people, target));
}

/** What there is to see now, and as whom. */
function summary(people: readonly Person[], target: Target): string {
  const names = people.slice(0, demoPeople.length + 3).map(({ username }) => username);
  return [
    "",
    `  Sign in as ${names.slice(0, -1).join(", ")} or ${names.at(-1)}; the password of all is ${demoPassword}`,
    ...(target.isOfDevelopment && !target.isRunning ? ["  To see them: npm run dev"] : []),
    "",
  ].join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exit(await main());
