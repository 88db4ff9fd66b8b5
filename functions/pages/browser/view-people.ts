import type { Friend } from "../../../shared/contracts/friends.ts";
import type { Person } from "../../../shared/contracts/people.ts";
import { blockButton, unblockButton } from "./blocking.ts";
import { closeConfirmation, confirmed } from "./confirm.ts";
import { act, actionButton, byId, element, fill, initials, setText } from "./elements.ts";
import { type Feed, type FeedState, fullName } from "./kit/index.ts";

/** Friends, requests, and who is blocked. */
export function createPeopleView(feed: Feed) {
  const panel = byId("people");
  const toggle = byId<HTMLButtonElement>("people-toggle");
  const problem = byId("people-problem");
  const heading = byId("people-heading");
  const more = byId<HTMLButtonElement>("more-friends");

  more.addEventListener("click", () => void act(more, problem, feed.loadMoreFriends));
  toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") !== "true"));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || toggle.getAttribute("aria-expanded") !== "true") return;
    open(false);
    toggle.focus();
  });

  function open(isOpen: boolean): void {
    toggle.setAttribute("aria-expanded", String(isOpen));
    panel.classList.toggle("open", isOpen);
    if (isOpen) heading.focus();
  }

  const button = (person: Person, text: string, label: string, work: () => Promise<unknown>, kind?: string) =>
    actionButton({ text, label: `${label} ${fullName(person)}`, problem, ...(kind ? { kind } : {}) }, work);
  const accept = (person: Person) =>
    button(person, "Accept", "Accept the request of", () => feed.want(person.id), "primary");
  const decline = (person: Person) => button(person, "Decline", "Decline the request of", () => feed.unwant(person.id));
  const cancel = (person: Person) => button(person, "Cancel", "Cancel your request to", () => feed.unwant(person.id));
  const remove = (person: Person) =>
    button(person, "Remove", "Remove friend", async () => {
      const text = `Remove ${fullName(person)} from your friends? You will no longer see each other's comments.`;
      if (await confirmed({ text, yes: "Remove friend", no: "Keep" })) await feed.unwant(person.id);
    });
  const block = (person: Person) => blockButton(feed, person, problem);

  function drawGroup(id: string, people: readonly Person[], buttons: (person: Person) => HTMLElement[]): void {
    const make = (person: Person) => personRow(person, buttons(person));
    // A row says the name in several places: with another name it is another row.
    fill(byId(id), people, (person) => `${person.id} ${fullName(person)}`, make, heading);
  }

  return {
    draw({ people }: FeedState): void {
      drawGroup("incoming", people.incoming, (person) => [accept(person), decline(person), block(person)]);
      drawGroup("friends", people.friends, (person) => [remove(person), block(person)]);
      markOnline(byId("friends"), people.friends);
      drawGroup("outgoing", people.outgoing, (person) => [cancel(person), block(person)]);
      drawGroup("blocked", people.blocked, (person) => [unblockButton(feed, person, problem)]);
      byId("incoming-section").hidden = people.incoming.length === 0;
      byId("outgoing-section").hidden = people.outgoing.length === 0;
      byId("blocked-section").hidden = people.blocked.length === 0;
      byId("friends-empty").hidden = !people.isLoaded || people.friends.length > 0;
      more.hidden = people.next === null;
      setText(toggle, people.isLoaded ? countText(people.friends.length, people.incoming.length) : "People");
    },
    /** Shows the panel where it is folded away. */
    open: () => open(true),
    /** Drops what somebody else was told or asked. */
    reset(): void {
      setText(problem, "");
      closeConfirmation();
    },
  };
}

/** A person and what can be done about them. */
export function personRow(person: Person, actions: readonly HTMLElement[]): HTMLElement {
  const names = element(
    "span",
    { class: "names" },
    element("strong", {}, fullName(person)),
    element("span", { class: "hint" }, person.username, element("span", { class: "online", hidden: "" }, "online")),
  );
  return element("li", {}, initials(person), names, element("span", { class: "actions" }, ...actions));
}

/** Says in each row whether the friend is online; in place, as the focus may be on one of its buttons. */
function markOnline(list: HTMLElement, friends: readonly Friend[]): void {
  // The rows are theirs, in their order.
  for (const [index, { online }] of friends.entries()) {
    const mark = list.children[index]?.querySelector<HTMLElement>(".online");
    if (mark) mark.hidden = !online;
  }
}

function countText(friends: number, requests: number): string {
  if (requests === 0) return `People (${friends})`;
  return requests === 1 ? "People (1 request)" : `People (${requests} requests)`;
}
