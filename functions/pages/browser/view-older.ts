import { act, byId, setText } from "./elements.ts";
import type { Feed, FeedState } from "./kit/index.ts";

/** How far below the window's end older comments begin to load. */
const ahead = "0px 0px 1200px";

/** Older comments: they load on the way down, or by the button, which alone tries again after a failure. */
export function createOlderView(feed: Feed) {
  const button = byId<HTMLButtonElement>("older");
  const problem = byId("older-problem");
  const end = byId("feed-end");
  const near = new IntersectionObserver(
    (entries) => {
      if (entries.at(-1)?.isIntersecting && problem.textContent === "") void load();
    },
    { rootMargin: ahead },
  );

  button.addEventListener("click", () => void load());
  near.observe(button);

  async function load(): Promise<void> {
    // Looking anew while one is under way would lead here again with each frame.
    if (button.getAttribute("aria-busy") === "true") return;
    await act(button, problem, feed.loadOlder);
    setText(button, problem.textContent === "" ? "Older comments" : "Try again");
    // Where the button is still in reach, an observer that looks anew says so.
    near.unobserve(button);
    near.observe(button);
  }

  return {
    draw({ hasOlder, comments }: FeedState): void {
      const hadFocus = document.activeElement === button;
      button.hidden = !hasOlder;
      end.hidden = hasOlder || comments.length === 0;
      if (hadFocus && !hasOlder) end.focus();
    },
    /** Drops what somebody else was told. */
    reset(): void {
      setText(problem, "");
      setText(button, "Older comments");
    },
  };
}
