import { byId, lettersOf, setText } from "./elements.ts";
import { type FeedState, fullName } from "./kit/index.ts";

/**
 * Keeps the names in the comments on the screen those of their authors: in place, as somebody reads there, or has the focus
 * there.
 */
export function createAuthorNames() {
  const list = byId("comments");
  const drawn = new Map<string, string>();

  return {
    /** After the comments were drawn. */
    draw({ comments }: FeedState): void {
      for (const { author } of comments) {
        const name = fullName(author);
        const before = drawn.get(author.id);
        if (before === name) continue;
        drawn.set(author.id, name);
        if (before === undefined) continue;
        for (const circle of list.querySelectorAll<HTMLElement>(`[data-person="${author.id}"]`)) {
          setText(circle, lettersOf(author));
          const shown = circle.closest("article")?.querySelector("strong");
          if (shown) setText(shown, name);
        }
      }
    },
    reset: () => drawn.clear(),
  };
}
