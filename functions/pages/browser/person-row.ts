import type { Person } from "../../../shared/contracts/people.ts";
import { element, initials } from "./elements.ts";
import { fullName } from "./kit/index.ts";

/** What can be done about a person: what is asked for in this list, and what is folded away. */
export interface PersonActions {
  first: readonly HTMLElement[];
  more?: readonly HTMLElement[];
}

/** A person, what can be done about them, and a place where an action says why it could not. */
export function personRow(person: Person, actionsWith: (problem: HTMLElement) => PersonActions): HTMLElement {
  const problem = element("p", { class: "field-problem", role: "alert" });
  const { first, more = [] } = actionsWith(problem);
  const names = element(
    "span",
    { class: "names" },
    element("strong", {}, fullName(person)),
    element("span", { class: "hint" }, person.username, element("span", { class: "online", hidden: "" }, "online")),
  );
  const actions = element("span", { class: "actions" }, ...first);
  const row = element("li", { "data-person": person.id }, initials(person), names, actions);
  if (more.length > 0) fold(row, actions, `More about ${fullName(person)}`, more);
  row.append(problem);
  return row;
}

/** By what a row is known: a person with another name, or one about whom other things can be done, has another row. */
export function rowKey(person: Person, state = ""): string {
  return [person.id, state, fullName(person)].join(" ");
}

/** Puts the further actions into a row, and beside the first ones a button that shows and hides them. */
function fold(row: HTMLElement, actions: HTMLElement, label: string, items: readonly HTMLElement[]): void {
  const button = element("button", { type: "button", class: "quiet", "aria-label": label }, "More");
  const folded = element("div", { class: "folded" }, ...items);
  function show(isShown: boolean): void {
    folded.hidden = !isShown;
    button.setAttribute("aria-expanded", String(isShown));
  }
  button.addEventListener("click", () => show(folded.hidden === true));
  row.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || folded.hidden) return;
    // Otherwise the panel around it closes, too.
    event.stopPropagation();
    show(false);
    button.focus();
  });
  show(false);
  actions.append(button);
  row.append(folded);
}
