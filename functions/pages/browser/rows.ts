import type { Comment } from "../../../shared/contracts/comments.ts";
import { startOfDay } from "./days.ts";
import type { Unsent } from "./unsent.ts";

/** What stands in the feed, one below the other. Keys that stay mean that nothing has to be drawn anew. */
export type Row = { key: string } & ({ day: Date } | { unsent: Unsent } | { comment: Comment });

/** The feed by day: first what is being sent, the newest on top, then the comments as they come, newest first. */
export function rowsOf(unsent: readonly Unsent[], comments: readonly Comment[], now: Date): Row[] {
  const rows: Row[] = [];
  /** Until when the day reaches back, in the form of `createdAt`, which sorts as time does. */
  let from: string | undefined;

  function begin(day: Date): void {
    const start = startOfDay(day);
    from = start.toISOString();
    rows.push({ key: `day ${from}`, day: start });
  }

  if (unsent.length > 0) begin(now);
  for (const each of unsent.toReversed()) rows.push({ key: `unsent ${each.key}`, unsent: each });
  for (const comment of comments) {
    if (from === undefined || comment.createdAt < from) {
      const written = new Date(comment.createdAt);
      // A clock that is behind the server's makes today of it, not tomorrow.
      begin(written > now ? now : written);
    }
    const { firstName, lastName } = comment.author;
    rows.push({ key: `${comment.id} ${firstName} ${lastName}`, comment });
  }
  return rows;
}
