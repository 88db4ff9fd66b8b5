import type { Comment } from "../../../shared/contracts/comments.ts";
import { act, actionButton, byId, element, fill, initials, setText } from "./elements.ts";
import { type Feed, type FeedState, fullName } from "./kit/index.ts";
import { exactTime, relativeTime } from "./time.ts";

/** The comments. */
export function createFeedView(feed: Feed) {
  const list = byId("comments");
  const empty = byId("feed-empty");
  const problem = byId("feed-problem");
  const heading = byId("feed-heading");
  const older = byId<HTMLButtonElement>("older");
  let newestShown: string | undefined;

  older.addEventListener("click", () => void act(older, problem, feed.loadOlder));
  setInterval(updateTimes, 20_000);

  function updateTimes(): void {
    const now = new Date();
    for (const time of list.querySelectorAll("time")) setText(time, relativeTime(new Date(time.dateTime), now));
  }

  function draw({ comments, hasOlder, isLoaded, ownerId }: FeedState): void {
    const shown = newestShown;
    fill(
      list,
      comments,
      // With another name of its author it is another row.
      ({ id, author }) => `${id} ${fullName(author)}`,
      (comment) => {
        const isOwn = comment.author.id === ownerId;
        const isNew = shown !== undefined && comment.position > shown;
        return item(comment, isNew, isOwn ? removeButton(comment) : undefined);
      },
      heading,
    );
    newestShown = comments[0]?.position ?? (isLoaded ? "" : undefined);
    empty.hidden = !isLoaded || comments.length > 0;
    older.hidden = !hasOlder;
  }

  function removeButton(comment: Comment): HTMLElement {
    const label = `Remove your comment “${excerpt(comment.body, 40)}”`;
    return actionButton({ text: "Remove", label, problem }, () => feed.removeComment(comment.id));
  }

  return {
    draw,
    /** Drops what somebody else was told. */
    reset: () => setText(problem, ""),
  };
}

/** The beginning of a text, for where the whole would be too long to listen to. */
function excerpt(text: string, length: number): string {
  const characters = [...text.trim()];
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : characters.join("");
}

function item(comment: Comment, isNew: boolean, remove: HTMLElement | undefined): HTMLElement {
  const { author, body, createdAt } = comment;
  const written = new Date(createdAt);
  const time = element("time", { datetime: createdAt, title: exactTime(written) }, relativeTime(written, new Date()));
  const head = element("p", { class: "comment-head" }, element("strong", {}, fullName(author)), " ", time);
  const article = element(
    "article",
    { class: "comment card" },
    initials(author),
    head,
    element("p", { class: "words" }, body),
  );
  if (remove) article.append(remove);
  return element("li", isNew ? { class: "new" } : {}, article);
}
