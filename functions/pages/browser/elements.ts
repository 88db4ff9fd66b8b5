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

/**
 * Makes a list's elements those of the items, keeping what is there already: focus, selection and scrolling stay where
 * they are. Where the focus goes with its element, it moves to what takes the element's place: the next one, or where
 * there is none the one before, or `fallback`.
 */
export function fill<Item>(
  list: HTMLElement,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  make: (item: Item) => HTMLElement,
  fallback: Pick<HTMLElement, "focus">,
): void {
  const focused = [...list.children].findIndex((child) => child.contains(document.activeElement));
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
  if (focused < 0 || list.contains(document.activeElement)) return;
  if (!focusRow(list, Math.min(focused, list.children.length - 1))) fallback.focus();
}

/** Moves the focus to a list's element, by its place; false where there is none. */
export function focusRow(list: HTMLElement, place: number): boolean {
  const row = list.children[place] as HTMLElement | undefined;
  if (!row) return false;
  row.tabIndex = -1;
  row.focus();
  return true;
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
