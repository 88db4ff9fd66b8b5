import { byId, element, setText } from "./elements.ts";
import { peopleWords } from "./feed-words.ts";
import type { FeedState } from "./kit/index.ts";

/** What stands in the place of friends, and says that they could not be loaded; the bar tells of the feed alone. */
export function createPeopleLoading() {
  const skeleton = byId("people-loading");
  const words = element("p", { class: "hint", id: "people-words", role: "status" });
  let state: FeedState | undefined;
  let since = Date.now();

  skeleton.after(words);
  setInterval(drawWords, 500);

  function drawWords(): void {
    if (state) setText(words, peopleWords(state, since, Date.now()));
  }

  return {
    draw(next: FeedState): void {
      if (state?.people.isLoaded && !next.people.isLoaded) since = Date.now();
      state = next;
      skeleton.hidden = next.people.isLoaded;
      drawWords();
    },
  };
}
