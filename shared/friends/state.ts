import type { FriendState } from "../contracts/friends.ts";

/** The key of a pair, the same from both sides. Ids are 24 hexadecimal digits in lower case. */
export function pairOf(a: string, b: string): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`;
}

/** The two ids of a pair's key. */
export function idsOf(pair: string): [low: string, high: string] {
  const [low = "", high = ""] = pair.split(":");
  return [low, high];
}

/** A pair as the database has it, by ids. */
export interface Pair {
  wants: readonly string[];
  blocks: readonly string[];
}

/** What one side of a pair sees. Who is blocked sees what they would see if their wish were not answered. */
export function stateFor(me: string, other: string, { wants, blocks }: Pair): FriendState {
  if (blocks.includes(me)) return "blocked";
  const mine = wants.includes(me);
  if (blocks.includes(other)) return mine ? "outgoing" : "none";
  const theirs = wants.includes(other);
  if (mine && theirs) return "friends";
  if (mine) return "outgoing";
  return theirs ? "incoming" : "none";
}
