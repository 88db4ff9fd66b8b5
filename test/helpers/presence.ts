import type { Client, RecordingSocket } from "./client.ts";
import { type Node, startNode } from "./node.ts";
import { startOwnSet } from "./own-set.ts";
import { type System, startSystem } from "./system.ts";
import { until } from "./until.ts";

/** Two nodes that look for dead ones all the time; their grace is short, but longer than a reconnection takes. */
const intervals = { presenceGrace: 1_000, reapInterval: 200 };

/** Two nodes side by side, on a replica set of their own, and what is asked about who is online there. */
export interface PresenceWorld extends AsyncDisposable {
  system: System;
  other: Node;
  /** The sockets, one on each node, of somebody who is nobody's friend. */
  strangers: RecordingSocket[];
  /** Two friends, of whom both nodes know. */
  friends(): Promise<[Client, Client]>;
  /** Waits until both nodes have delivered the comments of before; who is online is told beside them. */
  passed(): Promise<void>;
  documentsOf(person: { id: string }): Promise<number>;
}

export async function startPresenceWorld(): Promise<PresenceWorld> {
  const set = await startOwnSet();
  const system = await startSystem({ environment: { MONGODB_URI: set.uri }, ...intervals });
  const other = await startNode(system, intervals);
  const eve = await system.person("Eve");
  const strangers = await Promise.all([eve.connect(), other.twin(eve).connect()]);
  const passed = async () => {
    const { id } = await eve.comment("the stream has passed what was before");
    await Promise.all(strangers.map((socket) => socket.first("comment", (comment) => comment.id === id)));
  };
  return {
    system,
    other,
    strangers,
    async friends() {
      const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
      await ada.befriend(ben);
      await passed();
      return [ada, ben];
    },
    passed,
    documentsOf: ({ id }) => system.database.models.presence.countDocuments({ user: id }).exec(),
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]();
      await system[Symbol.asyncDispose]();
      await set[Symbol.asyncDispose]();
    },
  };
}

/** What a socket was told of a person, in order. */
export function told(socket: RecordingSocket, { id }: { id: string }): boolean[] {
  return socket.all("presence").flatMap((each) => (each.id === id ? each.online : []));
}

export async function untilTold(socket: RecordingSocket, whom: { id: string }, online: boolean): Promise<void> {
  await until(() => told(socket, whom).at(-1) === online, { what: `presence ${online}` });
}

/** Whether the list of one of them has the other online; undefined where it does not have the other at all. */
export async function isOnline(of: Client, asked: Client, time?: string): Promise<boolean | undefined> {
  const page = await (await asked.api.api.friends.$get({ query: time ? { time } : {} })).json();
  return page.friends.find(({ id }) => id === of.id)?.online;
}
