import type { Comment } from "../../../shared/contracts/comments.ts";
import { startOfDay } from "./days.ts";
import type { Unsent } from "./unsent.ts";

/** What stands in the feed. A key that stays means that nothing has to be drawn anew. */
export type Row = { key: string } & ({ unsent: Unsent } | { comment: Comment });

export interface Day {
  key: string;
  start: Date;
  rows: Row[];
}

/** The feed by day: first what is being sent, the newest on top, then the comments as they come, newest first. */
export function byDay(unsent: readonly Unsent[], comments: readonly Comment[], now: Date): Day[] {
  const days: Day[] = [];
  let rows: Row[] = [];
  /** Until when the day reaches back, in the form of `createdAt`, which sorts as time does. */
  let from: string | undefined;

  function begin(time: Date): void {
    const start = startOfDay(time);
    from = start.toISOString();
    rows = [];
    days.push({ key: from, start, rows });
  }

  if (unsent.length > 0) begin(now);
  for (const each of unsent.toReversed()) rows.push({ key: each.key, unsent: each });
  for (const comment of comments) {
    if (from === undefined || comment.createdAt < from) {
      const written = new Date(comment.createdAt);
      // A clock that is behind the server's makes today of it, not tomorrow.
      begin(written > now ? now : written);
    }
    const { firstName, lastName } = comment.author;
    // With another name of its author it is another row.
    rows.push({ key: `${comment.id} ${firstName} ${lastName}`, comment });
  }
  return days;
}

/** Whether rows say the same; comments that did not change are the same objects. */
export function isSame(rows: readonly Row[], others: readonly Row[] | undefined): boolean {
  const saidBy = (row: Row | undefined) => row && ("comment" in row ? row.comment : row.key);
  return rows.length === others?.length && rows.every((row, i) => saidBy(row) === saidBy(others[i]));
}
