import type { Comment } from "../../../shared/contracts/comments.ts";
import type { Person } from "../../../shared/contracts/people.ts";
import { holdStill } from "./anchor.ts";
import { byDay, type Day, isSame, type Row } from "./by-day.ts";
import { dayName, startOfDay } from "./days.ts";
import { arrange, byId, element, keepFocus, setText } from "./elements.ts";
import { oncePerFrame } from "./frame.ts";
import { type Feed, type FeedState, fullName } from "./kit/index.ts";
import { createUnread } from "./unread.ts";
import type { Unsent, UnsentComments } from "./unsent.ts";
import { commentRow, updateTimes } from "./view-comment.ts";
import { createLoadingView } from "./view-loading.ts";
import { createOlderView } from "./view-older.ts";
import { createUnsentRows, type UnsentActions } from "./view-unsent.ts";

export interface FeedViewOptions {
  feed: Feed;
  unsent: UnsentComments;
  actions: UnsentActions;
  say: (text: string) => void;
}

/** The comments, by day, and those that are being sent on top of them. */
export function createFeedView({ feed, unsent, actions, say }: FeedViewOptions) {
  const list = byId("comments");
  const heading = byId("feed-heading");
  const bar = document.querySelector(".bar") as HTMLElement;
  const unread = createUnread({ list, bar, say });
  const older = createOlderView(feed);
  const loading = createLoadingView(list);
  const unsentRows = createUnsentRows(actions);
  const soon = oncePerFrame(draw);
  /** What the list was last made of. */
  let drawn: { comments: readonly Comment[]; unsent: readonly Unsent[]; today: number; days: Day[] } | undefined;
  /** Up to here everything was shown already; undefined before the first comments are. */
  let shownUpTo: string | undefined;
  /** Told by the socket since the list was drawn. */
  const heard = new Set<string>();
  let me: Person | undefined;

  setInterval(renew, 20_000);
  document.addEventListener("visibilitychange", renew);

  function renew(): void {
    const now = new Date();
    updateTimes(list, now);
    for (const day of list.querySelectorAll<HTMLElement>(".day")) nameDay(day, now);
    soon();
  }

  function draw(): void {
    const { state } = feed;
    me = state.me ?? me;
    unsent.meet(state.comments, state.ownerId);
    drawList(state);
    loading.draw(state, list.children.length === 0);
    older.draw(state);
    if (state.connection.state === "live") shownUpTo = state.comments[0]?.position ?? "";
    heard.clear();
  }

  function drawList({ comments, ownerId }: FeedState): void {
    const now = new Date();
    const today = startOfDay(now).getTime();
    if (drawn?.comments !== comments || drawn.unsent !== unsent.list || drawn.today !== today) {
      const days = byDay(unsent.list, comments, now);
      const former = new Map(drawn?.days.map(({ key, rows }) => [key, rows]));
      drawn = { comments, unsent: unsent.list, today, days };
      const isAtTop = unread.isAtTop();
      const arrived = new Map<string, string>();
      const make = (row: Row): HTMLElement => {
        if ("unsent" in row) return entering(unsentRows.make(row.unsent, me), isAtTop);
        const made = commentRow(row.comment, feed);
        const { id, author, position } = row.comment;
        const isNew = heard.has(id) || (shownUpTo !== undefined && position > shownUpTo);
        if (!isNew || author.id === ownerId) return made;
        arrived.set(id, fullName(author));
        return entering(made, isAtTop);
      };
      const arrangeAll = () => {
        arrange(list, days, keyOf, (day) => daySection(day, now));
        for (const [i, { key, rows }] of days.entries()) {
          const section = list.children[i] as HTMLElement;
          if (!isSame(rows, former.get(key))) arrange(section.lastElementChild as HTMLElement, rows, keyOf, make);
        }
      };
      const change = () => keepFocus(list, heading, arrangeAll);
      if (isAtTop) change();
      else holdStill(list, bar.getBoundingClientRect().bottom, change);
      unread.add(arrived, isAtTop, comments);
    }
    unsentRows.draw(unsent.list);
  }

  return {
    /** Draws what there is, with the next frame; many changes at once are drawn once. */
    soon,
    /** A comment has come over the socket. */
    heard(comment: Comment): void {
      heard.add(comment.id);
    },
    /** Drops what somebody else was told, at once. */
    reset(): void {
      drawn = undefined;
      shownUpTo = undefined;
      me = undefined;
      heard.clear();
      unread.reset();
      older.reset();
      draw();
    },
  };
}

function entering(row: HTMLElement, isSeen: boolean): HTMLElement {
  if (isSeen) row.classList.add("new");
  return row;
}

const keyOf = ({ key }: { key: string }) => key;

function daySection({ start }: Day, now: Date): HTMLElement {
  const section = element(
    "section",
    { class: "day", "data-day": String(start.getTime()) },
    element("h3"),
    element("ol"),
  );
  nameDay(section, now);
  return section;
}

function nameDay(section: HTMLElement, now: Date): void {
  setText(section.firstElementChild as HTMLElement, dayName(new Date(Number(section.dataset.day)), now));
}
