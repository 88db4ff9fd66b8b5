import type { Client, RecordingSocket } from "./client.ts";
import { failCommand } from "./fail-point.ts";
import { type Node, startNode } from "./node.ts";
import { startOwnSet } from "./own-set.ts";
import { type System, startSystem } from "./system.ts";
import { until } from "./until.ts";

/** Short, but longer than a reconnection takes: milliseconds. */
const presenceGrace = 1_000;
const reapInterval = 200;

/** Two nodes on a replica set of their own, and somebody by whom is told how far each has come. */
export interface PresenceScene extends AsyncDisposable {
  system: System;
  other: Node;
  /** A stranger to everybody. */
  eve: Client;
  /** Her sockets, one at each node. */
  watches: RecordingSocket[];
  /** Makes the database refuse writes to a collection. */
  failing(mode: "alwaysOn" | "off", collection?: string): Promise<void>;
  /** Ada and Ben, who are friends already. */
  friends(): Promise<[Client, Client]>;
  /** Waits until both nodes have delivered what was written before; who is online is told beside that. */
  passed(): Promise<void>;
  documentsOf(person: { id: string }): Promise<number>;
}

export async function startPresenceScene(): Promise<PresenceScene> {
  await using stack = new AsyncDisposableStack();
  const set = stack.use(await startOwnSet());
  const system = stack.use(await startSystem({ environment: { MONGODB_URI: set.uri }, presenceGrace, reapInterval }));
  const other = stack.use(await startNode(system, { presenceGrace, reapInterval }));
  const eve = await system.person("Eve");
  const watches = await Promise.all([eve.connect(), other.twin(eve).connect()]);

  async function passed(): Promise<void> {
    const { id } = await eve.comment("the stream has passed what was before");
    await Promise.all(watches.map((socket) => socket.first("comment", (comment) => comment.id === id)));
  }
  const owned = stack.move();
  return {
    system,
    other,
    eve,
    watches,
    passed,
    async failing(mode, collection = "presence") {
      const { connection } = system.database;
      const namespace = `${connection.name}.${collection}`;
      const failure = { failCommands: ["update", "delete"], errorCode: 50, namespace };
      await failCommand(connection.getClient(), mode, mode === "off" ? undefined : failure);
    },
    async friends() {
      const [ada, ben] = (await Promise.all([system.person("Ada"), system.person("Ben")])) as [Client, Client];
      await ada.befriend(ben);
      await passed();
      return [ada, ben];
    },
    documentsOf: ({ id }) => system.database.models.presence.countDocuments({ user: id }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What a socket was told of a person, in order. */
export function presenceTold(socket: RecordingSocket, { id }: { id: string }): boolean[] {
  return socket.all("presence").flatMap((each) => (each.id === id ? each.online : []));
}

export function untilPresence(socket: RecordingSocket, whom: { id: string }, online: boolean): Promise<unknown> {
  return until(() => presenceTold(socket, whom).at(-1) === online, { what: `presence ${online}` });
}

/** Whether the list of friends says that somebody is online; undefined where it does not have them. */
export async function isListedOnline(of: Client, asked: Client, time?: string): Promise<boolean | undefined> {
  const page = await (await asked.api.api.friends.$get({ query: time ? { time } : {} })).json();
  return page.friends.find(({ id }) => id === of.id)?.online;
}
