import { type ClientSession, ObjectId } from "mongodb";
import type { Models } from "./models/index.ts";
import { isAlive } from "./models/node.ts";
import { within } from "./read-at.ts";

/** Who of `users`, as ids, has a socket on a node that is alive by the database's clock; one query, whatever their number. */
export async function onlineAmong(
  { presence, nodes }: Pick<Models, "presence" | "nodes">,
  users: readonly string[],
  session?: ClientSession,
): Promise<Set<string>> {
  if (users.length === 0) return new Set();
  const found = presence.collection.aggregate<{ users: ObjectId[] }>(
    [
      { $match: { user: { $in: users.map((user) => new ObjectId(user)) } } },
      // By node first: there are few of them, and each is looked up once.
      { $group: { _id: "$node", users: { $push: "$user" } } },
      {
        $lookup: {
          from: nodes.collection.name,
          localField: "_id",
          foreignField: "_id",
          pipeline: [{ $match: isAlive }, { $project: { _id: 1 } }],
          as: "alive",
        },
      },
      { $match: { "alive.0": { $exists: true } } },
      { $project: { users: 1 } },
    ],
    within(session),
  );
  const online = new Set<string>();
  for await (const node of found) for (const user of node.users) online.add(user.toHexString());
  return online;
}
