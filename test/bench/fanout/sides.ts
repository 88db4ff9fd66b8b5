import { type Child, type Setting, startChild } from "../processes.ts";
import type { Visitor } from "../world.ts";

/** A server with sockets, and how a comment is made to go to them. */
export interface Side {
  name: string;
  server: Child;
  /** Whether a join ends with `me`. */
  saysWho: boolean;
  /** Sends one comment to everybody who is connected; `series` marks it. */
  emit(author: Visitor, series: string): Promise<unknown>;
  /** The same where bare Socket.IO would use a room. */
  emitToRoom(author: Visitor, series: string): Promise<unknown>;
  /** Whether a comment's stamp is of before its insert, and not of when it was acknowledged. */
  isStampedBefore: boolean;
  /** Sends comments at a rate, one after the other; the milliseconds that each took to be acknowledged. */
  write(author: Visitor, order: { rate: number; count: number; series: string }): Promise<number[]>;
}

/**
 * Kith, whose comments begin as inserts of another process, and Socket.IO by itself, which emits what it is told to, and
 * what it has inserted itself where it writes at a rate.
 */
export async function startSides(setting: Setting): Promise<readonly [Side, Side] & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const kith = stack.use(await startChild("push/kith.ts", setting));
  const writer = stack.use(await startChild("push/writer.ts", setting, { onServerCore: false }));
  const bare = stack.use(await startChild("peers/bare.ts", setting));
  const insert = ({ person }: Visitor, series: string) => writer.ask("insert", { authorId: person.id, series });
  const sides: [Side, Side] = [
    {
      name: "Kith, from the database",
      server: kith,
      saysWho: true,
      isStampedBefore: true,
      emit: insert,
      emitToRoom: insert,
      write: ({ person }, order) => writer.ask("write", { ...order, authorId: person.id }),
    },
    {
      name: "bare Socket.IO",
      server: bare,
      saysWho: false,
      isStampedBefore: false,
      emit: (_, series) => bare.ask("emit", series),
      emitToRoom: (_, series) => bare.ask("emitToRoom", series),
      write: (_, order) => bare.ask("write", { ...order, authorId: "" }),
    },
  ];
  const owned = stack.move();
  return Object.assign(sides, { [Symbol.asyncDispose]: () => owned.disposeAsync() });
}
