import { limits } from "../../../shared/contracts/limits.ts";
import type { Person } from "../../../shared/contracts/people.ts";
import { blockButton, unblockButton } from "./blocking.ts";
import { actionButton, byId, element, fill, reasonOf, setText } from "./elements.ts";
import { ApiError, type Feed, type FeedState, fullName, stateOf } from "./kit/index.ts";
import { type PersonActions, personRow, rowKey } from "./person-row.ts";

/** Both until a pause in typing is the end of it, and until a search that takes long says so; in milliseconds. */
const pause = 200;

/** Finding people by the start of a name; gives back what draws a state. */
export function createSearchView(feed: Feed) {
  const field = byId<HTMLInputElement>("search");
  const status = byId("search-status");
  const list = byId("found");
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
    const slow = setTimeout(() => mine === run && setText(status, "Searching…"), pause);
    try {
      const people = await feed.search(start);
      if (mine === run) show(people, countText(people.length));
    } catch (error) {
      if (mine === run) show([], `The search failed. ${searchAdvice(error)}`);
    } finally {
      clearTimeout(slow);
    }
  }

  function show(people: Person[], text: string): void {
    found = people;
    setText(status, text);
    draw(feed.state);
  }

  function draw({ people }: FeedState): void {
    const keyOf = (person: Person) => rowKey(person, stateOf(people, person.id));
    fill(list, found, keyOf, (person) => personRow(person, (problem) => actionsFor(person, people, problem)), field);
  }

  function actionsFor(person: Person, people: FeedState["people"], problem: HTMLElement): PersonActions {
    const state = stateOf(people, person.id);
    if (state === "blocked") return { first: [unblockButton(feed, person, problem)] };
    return { first: [wishFor(person, state, problem)], more: [blockButton(feed, person, problem)] };
  }

  function wishFor(person: Person, state: ReturnType<typeof stateOf>, problem: HTMLElement): HTMLElement {
    if (state === "friends") return element("span", { class: "hint" }, "Friend");
    if (state === "outgoing") return element("span", { class: "hint" }, "Asked");
    const [text, label] =
      state === "incoming"
        ? ["Accept", `Accept the request from ${fullName(person)}`]
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

/** What to do about a search that failed, or why it did. */
function searchAdvice(error: unknown): string {
  return error instanceof ApiError && error.code === "network" ? "Check the connection." : reasonOf(error);
}

function countText(count: number): string {
  if (count === 0) return "Nobody found. Try the start of a first name, last name or username.";
  if (count >= limits.peopleFound) return `The first ${count} people. Type more to narrow it down.`;
  return count === 1 ? "1 person" : `${count} people`;
}
