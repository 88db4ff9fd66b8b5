import type { Comment } from "../../../shared/contracts/comments.ts";
import type { Person } from "../../../shared/contracts/people.ts";
import { holdStill } from "./anchor.ts";
import { dayName, startOfDay } from "./days.ts";
import { byId, element, fill, setText } from "./elements.ts";
import { oncePerFrame } from "./frame.ts";
import { type Feed, type FeedState, fullName } from "./kit/index.ts";
import { type Row, rowsOf } from "./rows.ts";
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
  let drawn: { comments: readonly Comment[]; unsent: readonly Unsent[]; today: number } | undefined;
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
    const isSame = drawn?.comments === comments && drawn.unsent === unsent.list && drawn.today === today;
    if (!isSame) {
      drawn = { comments, unsent: unsent.list, today };
      const isAtTop = unread.isAtTop();
      const arrived = new Map<HTMLElement, string>();
      const make = (row: Row): HTMLElement => {
        if ("day" in row) return dayRow(row.day, now);
        if ("unsent" in row) return entering(unsentRows.make(row.unsent, me), isAtTop);
        const made = commentRow(row.comment, feed);
        const { id, author, position } = row.comment;
        const isNew = heard.has(id) || (shownUpTo !== undefined && position > shownUpTo);
        if (!isNew || author.id === ownerId) return made;
        arrived.set(made, fullName(author));
        return entering(made, isAtTop);
      };
      const change = () => fill(list, rowsOf(unsent.list, comments, now), ({ key }) => key, make, nextToFocus());
      if (isAtTop) change();
      else holdStill(list, bar.getBoundingClientRect().bottom, change);
      unread.add(arrived);
    }
    unsentRows.draw(unsent.list);
  }

  /** Takes the focus when the row that holds it goes: the one below does, or else the one above. */
  function nextToFocus(): Pick<HTMLElement, "focus"> {
    const row = document.activeElement?.closest("#comments > li");
    const beside = [row?.nextElementSibling, row?.nextElementSibling?.nextElementSibling, row?.previousElementSibling];
    const rows = beside.filter((each) => each instanceof HTMLElement && !each.classList.contains("day"));
    return {
      focus() {
        const next = (rows as HTMLElement[]).find((each) => each.isConnected);
        next?.setAttribute("tabindex", "-1");
        (next ?? heading).focus();
      },
    };
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

function dayRow(day: Date, now: Date): HTMLElement {
  const row = element("li", { class: "day", "data-day": String(day.getTime()) }, element("h3"));
  nameDay(row, now);
  return row;
}

function nameDay(row: HTMLElement, now: Date): void {
  setText(row.firstElementChild as HTMLElement, dayName(new Date(Number(row.dataset.day)), now));
}
