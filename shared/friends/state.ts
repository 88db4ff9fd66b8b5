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

/** What one side of a pair sees, from who of the two wants to be friends. */
export function stateFor(me: string, other: string, wants: readonly string[]): FriendState {
  const mine = wants.includes(me);
  const theirs = wants.includes(other);
  if (mine && theirs) return "friends";
  if (mine) return "outgoing";
  return theirs ? "incoming" : "none";
}
