import { byId, setText } from "./elements.ts";

/** How long arrivals are gathered before they are told of, in milliseconds: a screen reader would hear each of them. */
const gatheringTime = 1_000;

/** What came while nobody looked, or while one was reading further down: told in the title, by a pill, and aloud. */
export function createUnread(options: { list: HTMLElement; bar: HTMLElement; say: (text: string) => void }) {
  const { list, bar, say } = options;
  const pill = byId<HTMLButtonElement>("unread");
  const count = byId("unread-count");
  const unread = new Set<HTMLElement>();
  let arrived: string[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  addEventListener("scroll", look, { passive: true });
  document.addEventListener("visibilitychange", look);
  pill.addEventListener("click", () => {
    const first = list.querySelector("li");
    scrollTo({ top: 0, behavior: "instant" });
    look();
    first?.setAttribute("tabindex", "-1");
    first?.focus({ preventScroll: true });
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
    /** Rows of others that have just come, with the names of who wrote them, and whether they came into view. */
    add(rows: ReadonlyMap<HTMLElement, string>, atTop: boolean): void {
      if (rows.size > 0) timer ??= setTimeout(tell, gatheringTime);
      arrived.push(...rows.values());
      if (!atTop || document.hidden) for (const row of rows.keys()) unread.add(row);
      // Those that were removed unseen need not be looked for.
      for (const row of unread) if (!row.isConnected) unread.delete(row);
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
