/** What a command meets instead of its work. */
export interface Failure {
  failCommands: string[];
  errorCode?: number;
  errorLabels?: string[];
  closeConnection?: boolean;
  /** "database.collection"; of commands on a whole database "database.$cmd.aggregate". */
  namespace?: string;
}

/** As much of a client as is needed: mongoose's and the driver's own are of different types. */
interface Commanding {
  db(name: string): { command(command: object): Promise<unknown> };
}

/** Makes the server fail so many of these commands, all, or none any more. It needs its test commands. */
export async function failCommand(
  client: Commanding,
  times: number | "alwaysOn" | "off",
  failure?: Failure,
): Promise<void> {
  const mode = typeof times === "number" ? { times } : times;
  const data = failure ? { data: failure } : {};
  await client.db("admin").command({ configureFailPoint: "failCommand", mode, ...data });
}
