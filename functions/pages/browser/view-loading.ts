import { byId, setText } from "./elements.ts";
import { loadingWords, staleWords } from "./feed-words.ts";
import type { FeedState } from "./kit/index.ts";

/** What stands in the place of comments, or says that they may not be all. The bar tells the same aloud. */
export function createLoadingView(list: HTMLElement) {
  const skeleton = byId("feed-skeleton");
  const words = byId("feed-words");
  const stale = byId("feed-stale");
  const empty = byId("feed-empty");
  let state: FeedState | undefined;
  let since = Date.now();

  setInterval(drawWords, 500);

  function drawWords(): void {
    if (state && !state.isLoaded) setText(words, loadingWords(state.connection, since, Date.now()));
  }

  return {
    draw(next: FeedState, isBlank: boolean): void {
      const { connection, isLoaded } = next;
      if (state?.isLoaded && !isLoaded) since = Date.now();
      state = next;
      setText(words, "");
      drawWords();
      skeleton.hidden = isLoaded;
      empty.hidden = !isLoaded || !isBlank;
      const told = isLoaded ? staleWords(connection) : "";
      setText(stale, told);
      stale.hidden = told === "";
      list.setAttribute("aria-busy", String(connection.state === "reloading"));
    },
  };
}
