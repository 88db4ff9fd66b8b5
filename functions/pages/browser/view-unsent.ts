import type { Person } from "../../../shared/contracts/people.ts";
import { element, setText } from "./elements.ts";
import type { Unsent } from "./unsent.ts";
import { commentCard } from "./view-comment.ts";

export interface UnsentActions {
  retry(key: string): void;
  discard(key: string): void;
  edit(key: string): void;
}

/** Rows of comments that are being sent, or could not be. They change in place: the focus may be on a button of theirs. */
export function createUnsentRows(actions: UnsentActions) {
  const drawn = new Map<string, (unsent: Unsent) => void>();

  function make({ key, body }: Unsent, author: Person | undefined): HTMLElement {
    const state = element("span", { class: "sent-state" });
    const reason = element("p", { class: "field-problem" });
    const button = (text: string, work: (key: string) => void) => {
      const made = element("button", { type: "button", class: "quiet" }, text);
      made.addEventListener("click", () => made.getAttribute("aria-busy") !== "true" && work(key));
      return made;
    };
    const again = button("Try again", actions.retry);
    const edit = button("Edit", actions.edit);
    const discard = button("Discard", actions.discard);
    const row = element("div", { class: "unsent-actions" }, again, edit, discard);
    const item = element("li", { class: "unsent" }, commentCard(author, state, body, [reason, row]));
    drawn.set(key, (unsent) => {
      const hasFailed = unsent.state === "failed";
      setText(state, hasFailed ? "Not sent" : "Sending…");
      setText(reason, hasFailed ? `${unsent.reason}${unsent.isFinal ? " Edit it, and send it again." : ""}` : "");
      // Pressed, it stays where it is until that is decided.
      row.hidden = !hasFailed && unsent.reason === undefined;
      again.hidden = unsent.isFinal === true;
      again.setAttribute("aria-busy", String(!hasFailed));
      edit.hidden = unsent.isFinal !== true;
      discard.hidden = !hasFailed;
    });
    return item;
  }

  return {
    make,
    draw(list: readonly Unsent[]): void {
      const keys = new Set(list.map(({ key }) => key));
      for (const key of drawn.keys()) if (!keys.has(key)) drawn.delete(key);
      for (const each of list) drawn.get(each.key)?.(each);
    },
  };
}
