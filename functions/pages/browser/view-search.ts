import { limits } from "../../../shared/contracts/limits.ts";
import type { Person } from "../../../shared/contracts/people.ts";
import { blockButton, unblockButton } from "./blocking.ts";
import { actionButton, byId, element, fill, reasonOf, setText } from "./elements.ts";
import { type Feed, type FeedState, fullName, stateOf } from "./kit/index.ts";
import { personRow } from "./view-people.ts";

const pause = 200;

/** Finding people by the start of a name; gives back what draws a state. */
export function createSearchView(feed: Feed) {
  const field = byId<HTMLInputElement>("search");
  const status = byId("search-status");
  const list = byId("found");
  const problem = byId("people-problem");
  let found: Person[] = [];
  let run = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void search(), pause);
  });
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    void search();
  });

  async function search(): Promise<void> {
    run += 1;
    const mine = run;
    const start = field.value.trim();
    if (start === "") return show([], "");
    try {
      const people = await feed.search(start);
      if (mine === run) show(people, countText(people.length));
    } catch (error) {
      if (mine === run) show([], reasonOf(error));
    }
  }

  function show(people: Person[], text: string): void {
    found = people;
    setText(status, text);
    draw(feed.state);
  }

  function draw({ people }: FeedState): void {
    const keyOf = (person: Person) => `${person.id} ${stateOf(people, person.id) ?? ""}`;
    fill(list, found, keyOf, (person) => personRow(person, actionsFor(person, people)), field);
  }

  function actionsFor(person: Person, people: FeedState["people"]): HTMLElement[] {
    if (stateOf(people, person.id) === "blocked") return [unblockButton(feed, person, problem)];
    return [wishFor(person, people), blockButton(feed, person, problem)];
  }

  function wishFor(person: Person, people: FeedState["people"]): HTMLElement {
    const state = stateOf(people, person.id);
    if (state === "friends") return element("span", { class: "hint" }, "Friend");
    if (state === "outgoing") return element("span", { class: "hint" }, "Asked");
    const [text, label] =
      state === "incoming"
        ? ["Accept", `Accept the request of ${fullName(person)}`]
        : ["Ask", `Ask ${fullName(person)} to be your friend`];
    return actionButton({ text, label, problem, kind: "primary" }, () => feed.want(person.id));
  }

  return {
    draw,
    reset(): void {
      run += 1;
      clearTimeout(timer);
      field.value = "";
      show([], "");
    },
  };
}

function countText(count: number): string {
  if (count === 0) return "Nobody found.";
  if (count >= limits.peopleFound) return `The first ${count} people; type more to narrow it down.`;
  return count === 1 ? "1 person" : `${count} people`;
}
