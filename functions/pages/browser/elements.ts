import type { Person } from "../../../shared/contracts/people.ts";
import { ApiError, isSuperseded } from "./kit/index.ts";

/** An element that the page's HTML holds. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found as Kind;
}

/** A new element; texts become text, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Sets a text only where it differs: a live region says it again otherwise. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Makes a list's rows those of the items, as `arrange` does, and keeps the focus among them, or moves it to `fallback`. */
export function fill<Item>(
  list: HTMLElement,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  make: (item: Item) => HTMLElement,
  fallback: HTMLElement,
): void {
  keepFocus(list, fallback, () => arrange(list, items, keyOf, make));
}

/**
 * Makes a list's elements those of the items, keeping what is there already: focus, selection and scrolling stay where
 * they are. A key's first word says what the element is about, and stays when that is to be drawn anew.
 */
export function arrange<Item>(
  list: HTMLElement,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  make: (item: Item) => HTMLElement,
): void {
  const keys = new Set(items.map(keyOf));
  const kept = new Map<string, Element>();
  for (const child of [...list.children] as HTMLElement[]) {
    const key = child.dataset.key as string;
    if (keys.has(key)) kept.set(key, child);
    else child.remove();
  }
  let place = list.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = kept.get(key);
    if (!child) {
      const made = make(item);
      made.dataset.key = key;
      child = made;
    }
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
}

/**
 * Changes a list, or a list of lists. Where the focus goes with its row, it moves to the one that is drawn in its place;
 * or else to what stood below it, or where nothing of that is left, above; or to what has come instead, or to `fallback`.
 */
export function keepFocus(list: HTMLElement, fallback: HTMLElement, change: () => void): void {
  const rowsNow = () => [...list.getElementsByTagName("li")];
  const focused = list.contains(document.activeElement) ? document.activeElement?.closest("li") : null;
  const rows = focused ? rowsNow() : [];
  change();
  if (!focused || list.contains(document.activeElement)) return;
  const at = rows.indexOf(focused);
  const neighbours = [...rows.slice(at + 1), ...rows.slice(0, at).reverse()];
  const now = rowsNow();
  const row =
    now.find((each) => subjectOf(each) === subjectOf(focused)) ??
    neighbours.find((each) => list.contains(each)) ??
    now[0];
  if (row) focusOn(row);
  else fallback.focus();
}

const subjectOf = ({ dataset }: HTMLElement) => dataset.key?.split(" ")[0];

/** Moves the focus to a list's row, by its place, where there is one. */
export function focusRow(list: HTMLElement, place: number): void {
  const row = list.children[place] as HTMLElement | undefined;
  if (row) focusOn(row);
}

/** Moves the focus to a row as a whole. */
export function focusOn(row: HTMLElement, options: FocusOptions = {}): void {
  row.tabIndex = -1;
  row.focus(options);
}

/** A button that does one thing at a time and says in `problem` why it could not. */
export function actionButton(
  options: { text: string; label: string; kind?: string; problem: HTMLElement },
  work: () => Promise<unknown>,
): HTMLButtonElement {
  const button = element(
    "button",
    { type: "button", class: options.kind ?? "quiet", "aria-label": options.label },
    options.text,
  );
  button.addEventListener("click", () => void act(button, options.problem, work));
  return button;
}

/** Does a button's work, unless it is being done. */
export async function act(button: HTMLButtonElement, problem: HTMLElement, work: () => Promise<unknown>) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  setText(problem, "");
  try {
    await work();
  } catch (error) {
    // Somebody else who reads it has asked for nothing.
    if (!isSuperseded(error)) setText(problem, reasonOf(error));
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** What a person is told about a failure. */
export function reasonOf(error: unknown): string {
  return error instanceof ApiError ? error.message : "Something went wrong on this page.";
}

/** A person's initials in a circle whose tint follows from the id; names stand beside it. */
export function initials(person: Person): HTMLElement {
  const letters = [person.firstName, person.lastName].map((name) => [...name][0]?.toUpperCase() ?? "").join("");
  const tint = String(Number.parseInt(person.id.slice(-2), 16) % 8);
  return element("span", { class: "initials", "data-tint": tint, "aria-hidden": "true" }, letters);
}
