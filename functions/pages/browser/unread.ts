import type { Comment } from "../../../shared/contracts/comments.ts";
import { byId, focusOn, setText } from "./elements.ts";

/** How long arrivals are gathered before they are told of, in milliseconds: a screen reader would hear each of them. */
const gatheringTime = 1_000;

/** What came while nobody looked, or while one was reading further down: told in the title, by a pill, and aloud. */
export function createUnread(options: { list: HTMLElement; bar: HTMLElement; say: (text: string) => void }) {
  const { list, bar, say } = options;
  const pill = byId<HTMLButtonElement>("unread");
  const count = byId("unread-count");
  /** The ids of comments: a row is another one when its author is renamed. */
  const unread = new Set<string>();
  let arrived: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  addEventListener("scroll", look, { passive: true });
  document.addEventListener("visibilitychange", look);
  pill.addEventListener("click", () => {
    const first = list.querySelector("li");
    scrollTo({ top: 0, behavior: "instant" });
    look();
    if (first) focusOn(first, { preventScroll: true });
  });

  /** Whether new ones come into view. */
  const isAtTop = () => list.getBoundingClientRect().top >= bar.getBoundingClientRect().bottom;

  function look(): void {
    if (unread.size === 0) return;
    const atTop = isAtTop();
    if (atTop && !document.hidden) unread.clear();
    show(atTop);
  }

  function show(atTop: boolean): void {
    const title = unread.size > 0 ? `(${unread.size}) Kith` : "Kith";
    if (document.title !== title) document.title = title;
    pill.hidden = atTop || unread.size === 0;
    setText(count, `${unread.size} new`);
  }

  function tell(): void {
    timer = undefined;
    say(arrived.length === 1 ? `New comment by ${arrived[0]}` : `${arrived.length} new comments`);
    arrived = [];
  }

  return {
    isAtTop,
    /** Others' comments that have just come, by id, with who wrote them; whether they came into view; and all there are. */
    add(authors: ReadonlyMap<string, string>, atTop: boolean, all: readonly Comment[]): void {
      if (authors.size > 0) timer ??= setTimeout(tell, gatheringTime);
      arrived.push(...authors.values());
      if (!atTop || document.hidden) for (const id of authors.keys()) unread.add(id);
      // Those that were removed unseen need not be looked for.
      const there = new Set(unread.size > 0 ? all.map(({ id }) => id) : []);
      for (const id of unread) if (!there.has(id)) unread.delete(id);
      show(atTop);
    },
    reset(): void {
      clearTimeout(timer);
      timer = undefined;
      arrived = [];
      unread.clear();
      show(true);
    },
  };
}
