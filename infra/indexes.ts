import { readConfig } from "../shared/config.ts";
import { type Database, openDatabase } from "../shared/database.ts";

/** Creates every index that Kith needs; done too when they are there. */
export async function createIndexes(database: Database): Promise<void> {
  for (const model of Object.values(database.models)) await model.createIndexes();
  await database.sessions.createIndexes();
}

async function main(): Promise<void> {
  const database = await openDatabase(readConfig(process.env));
  try {
    await createIndexes(database);
    process.stdout.write(`The indexes of ${database.connection.name} are there.\n`);
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  await main().catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  });
}
