import type { Comment } from "../../../shared/contracts/comments.ts";
import type { Person } from "../../../shared/contracts/people.ts";
import { confirmed } from "./confirm.ts";
import { actionButton, element, initials, setText } from "./elements.ts";
import { type Feed, fullName } from "./kit/index.ts";
import { commentTime, exactTime, isAging } from "./time.ts";

/** A comment's row; one's own can be removed, after a question. */
export function commentRow(comment: Comment, feed: Feed): HTMLElement {
  const { author, body, createdAt } = comment;
  const written = new Date(createdAt);
  const exact = exactTime(written);
  // The short form changes all the time, and says less: it is for the eye.
  const time = element(
    "time",
    { datetime: createdAt, title: exact },
    element("span", { "aria-hidden": "true" }, commentTime(written, new Date())),
    element("span", { class: "unseen" }, exact),
  );
  const isOwn = author.id === feed.state.ownerId;
  return element("li", {}, commentCard(author, time, body, isOwn ? removal(comment, feed) : []));
}

/** The card of a comment, whether it is saved or not. */
export function commentCard(
  author: Person | undefined,
  time: HTMLElement,
  body: string,
  actions: readonly HTMLElement[],
): HTMLElement {
  const name = element("strong", {}, author ? fullName(author) : "You");
  return element(
    "article",
    { class: "comment card" },
    author ? initials(author) : element("span", { class: "initials" }),
    element("p", { class: "comment-head" }, name, " ", time),
    element("p", { class: "words" }, body),
    ...actions,
  );
}

function removal(comment: Comment, feed: Feed): HTMLElement[] {
  const problem = element("p", { class: "field-problem", role: "alert" });
  const excerpt = beginning(comment.body, 40);
  const button = actionButton({ text: "Remove", label: `Remove your comment “${excerpt}”`, problem }, async () => {
    const text = `Remove your comment “${excerpt}”? It will disappear from your friends' screens, too.`;
    if (await confirmed({ text, yes: "Remove comment", no: "Keep" })) await feed.removeComment(comment.id);
  });
  return [button, problem];
}

/** Says anew how long ago the comments of a list were written, newest first. */
export function updateTimes(list: HTMLElement, now: Date): void {
  for (const time of list.getElementsByTagName("time")) {
    const written = new Date(time.dateTime);
    const text = time.firstElementChild as HTMLElement;
    const told = commentTime(written, now);
    // Those below were told by the clock already, or are to be for the first time.
    if (!isAging(written, now) && text.textContent === told) return;
    setText(text, told);
  }
}

/** The beginning of a text, for where the whole would be too long to listen to. */
function beginning(text: string, length: number): string {
  const characters = [...text.trim()];
  return characters.length > length ? `${characters.slice(0, length).join("")}…` : characters.join("");
}
