import type { Document } from "mongodb";
import type { Database } from "../../shared/database.ts";

/** What the database was asked while `work` ran, by its own profiler. */
export async function profiled(
  { connection }: Pick<Database, "connection">,
  work: () => Promise<unknown>,
): Promise<Document[]> {
  const { db } = connection;
  if (!db) throw new Error("The database is not open.");
  await db.command({ profile: 2 });
  try {
    await work();
  } finally {
    await db.command({ profile: 0 });
  }
  const profile = await db
    .collection("system.profile")
    .find({ ns: { $not: /system\.profile$/ } })
    .toArray();
  await db.dropCollection("system.profile");
  return profile;
}

/** How many index keys the database examines for what `work` asks it. */
export async function keysExamined(database: Pick<Database, "connection">, work: () => Promise<unknown>) {
  const profile = await profiled(database, work);
  return profile.reduce((sum, { keysExamined = 0 }) => sum + keysExamined, 0);
}
