import type { Database } from "../../shared/database.ts";
import { until } from "../helpers/until.ts";

/** A write of a comment, or of a pair of people, by its id. */
export type Commit = { comment: string; pair?: never } | { pair: string; comment?: never };

/** What was committed of comments and friendships since it was opened, in the order of the database. */
export interface Commits extends AsyncDisposable {
  readonly length: number;
  since(place: number): readonly Commit[];
  /** Resolves when the comment is among them. */
  includes(comment: string): Promise<void>;
}

export async function recordCommits({ connection }: Pick<Database, "connection">): Promise<Commits> {
  const order: Commit[] = [];
  const { db } = connection;
  if (!db) throw new Error("The database is not open.");
  const stream = db.watch([{ $match: { "ns.coll": { $in: ["comments", "friendships"] } } }]);
  // The stream is opened by the first look.
  await stream.tryNext();
  const recording = record();
  async function record(): Promise<void> {
    while (!stream.closed) {
      const change = await stream.next();
      if (change.operationType !== "insert" && change.operationType !== "update") continue;
      const id = String(change.documentKey._id);
      order.push(change.ns.coll === "comments" ? { comment: id } : { pair: id });
    }
  }
  // What ends it otherwise shows in what is waited for.
  recording.catch(() => {});
  return {
    get length() {
      return order.length;
    },
    since: (place) => order.slice(place),
    async includes(comment) {
      await until(() => order.some((each) => each.comment === comment), { what: "a comment to be committed" });
    },
    async [Symbol.asyncDispose]() {
      await stream.close();
      await recording.catch(() => {});
    },
  };
}
