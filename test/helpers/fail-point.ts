import type { MongoClient } from "mongodb";

/** What a command meets instead of its work. */
export interface Failure {
  failCommands: string[];
  errorCode?: number;
  errorLabels?: string[];
  closeConnection?: boolean;
  /** "database.collection"; of commands on a whole database "database.$cmd.aggregate". */
  namespace?: string;
}

/** Makes the server fail so many of these commands, all, or none any more. It needs its test commands. */
export async function failCommand(
  client: Pick<MongoClient, "db">,
  times: number | "alwaysOn" | "off",
  failure?: Failure,
): Promise<void> {
  const mode = typeof times === "number" ? { times } : times;
  const data = failure ? { data: failure } : {};
  await client.db("admin").command({ configureFailPoint: "failCommand", mode, ...data });
}
