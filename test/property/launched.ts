import type { Committed, Write } from "./model.ts";
import type { Seen } from "./truth.ts";

/** A request: what it may have written, and between which instants. */
export interface Launched {
  /** "comment <body>", "removal <id>", "friends <pair>" or "none <pair>". */
  what: string;
  started: number;
  answered: number;
}

/**
 * Says of each write when it may have been committed at the earliest: not before a request that can have made it, nor
 * before what precedes it in the commit order.
 */
export function withBounds(seen: readonly Seen[], launched: readonly Launched[]): Committed[] {
  let earliest = 0;
  return seen.map(({ write, time, seen: arrived, body }) => {
    const what = describe(write, body);
    const starts = launched
      .filter((each) => each.what === what && each.started <= arrived && each.answered >= earliest)
      .map(({ started }) => started);
    if (starts.length > 0) earliest = Math.max(earliest, Math.min(...starts));
    return { write, time, earliest };
  });
}

function describe(write: Write, body: string | undefined): string {
  if (write.kind === "comment") return `comment ${body}`;
  if (write.kind === "removal") return `removal ${write.id}`;
  return `${write.areFriends ? "friends" : "none"} ${write.pair}`;
}
