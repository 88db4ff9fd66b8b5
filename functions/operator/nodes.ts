import { operationTimeout } from "../../shared/database.ts";
import type { Models } from "../../shared/models/index.ts";
import { isAlive, type NodeFigures } from "../../shared/models/node.ts";

/** How long a node that died is told of, in milliseconds. */
const remembered = 60 * 60 * 1000;
const most = 100;

/** A realtime node as of its last beat; all times are milliseconds, by the database's clock. */
export interface SeenNode {
  _id: string;
  isAlive: boolean;
  /** Since it started, and since its last beat. Null for what is not known of it. */
  age: number | null;
  quiet: number | null;
  figures?: NodeFigures;
}

export interface Nodes {
  /** Who is online; on several nodes, too, each counts once. */
  users: number;
  /** The living first, then those that died within the hour; 100 at most. */
  nodes: SeenNode[];
}

/** Reads what the nodes tell of themselves; none is asked, as none may answer. */
export async function readNodes({ nodes, presence }: Pick<Models, "nodes" | "presence">): Promise<Nodes> {
  const options = { maxTimeMS: operationTimeout };
  const [alive, gone] = await Promise.all([
    nodes.collection.aggregate<SeenNode>([{ $match: isAlive }, ...asSeen(true)], options).toArray(),
    nodes.collection
      .aggregate<SeenNode>(
        [
          { $match: { $nor: [isAlive], $expr: { $gt: ["$lease", { $subtract: ["$$NOW", remembered] }] } } },
          ...asSeen(false),
        ],
        options,
      )
      .toArray(),
  ]);
  const [online] = await presence.collection
    .aggregate<{ users: number }>(
      [{ $match: { node: { $in: alive.map(({ _id }) => _id) } } }, { $group: { _id: "$user" } }, { $count: "users" }],
      options,
    )
    .toArray();
  return { users: online?.users ?? 0, nodes: [...alive, ...gone].slice(0, most) };
}

function asSeen(alive: boolean) {
  const since = (date: string) => ({ $ifNull: [{ $subtract: ["$$NOW", date] }, null] });
  return [
    { $sort: { lease: -1 } },
    { $limit: most },
    { $project: { isAlive: { $literal: alive }, age: since("$since"), quiet: since("$beatAt"), figures: 1 } },
  ];
}
