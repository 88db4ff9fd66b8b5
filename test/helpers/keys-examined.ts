import type { Database } from "../../shared/database.ts";

/** How many index keys the database examines for what `work` reads, by its profiler. */
export async function keysExamined({ connection }: Pick<Database, "connection">, work: () => Promise<unknown>) {
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
    .find({ keysExamined: { $exists: true } })
    .toArray();
  await db.dropCollection("system.profile");
  return profile.reduce((sum, { keysExamined }) => sum + Number(keysExamined), 0);
}
