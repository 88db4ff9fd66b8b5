import type { Friend } from "../../../shared/contracts/friends.ts";
import type { Person } from "../../../shared/contracts/people.ts";
import { blockButton, unblockButton } from "./blocking.ts";
import { closeConfirmation, confirmed } from "./confirm.ts";
import { act, actionButton, byId, fill, focusRow, setText } from "./elements.ts";
import { type Feed, type FeedState, fullName } from "./kit/index.ts";
import { type PersonActions, personRow, rowKey } from "./person-row.ts";
import { createPeoplePanel } from "./view-panel.ts";
import { createPeopleLoading } from "./view-people-loading.ts";

/** Friends, requests, and who is blocked. */
export function createPeopleView(feed: Feed) {
  const panel = createPeoplePanel();
  const loading = createPeopleLoading();
  const problem = byId("people-problem");
  const heading = byId("people-heading");
  const more = byId<HTMLButtonElement>("more-friends");

  more.addEventListener("click", () => void loadMore());

  async function loadMore(): Promise<void> {
    const known = byId("friends").children.length;
    await act(more, problem, feed.loadMoreFriends);
    // The button may be gone by now; in any case one goes on where the new ones begin.
    focusRow(byId("friends"), known);
  }

  function button(
    person: Person,
    problem: HTMLElement,
    { text, label, kind }: { text: string; label: string; kind?: string },
    work: () => Promise<unknown>,
  ): HTMLButtonElement {
    return actionButton({ text, label: `${label} ${fullName(person)}`, problem, ...(kind ? { kind } : {}) }, work);
  }
  const accept = (person: Person, problem: HTMLElement) =>
    button(person, problem, { text: "Accept", label: "Accept the request from", kind: "primary" }, () =>
      feed.want(person.id),
    );
  const decline = (person: Person, problem: HTMLElement) =>
    button(person, problem, { text: "Decline", label: "Decline the request from" }, () => feed.unwant(person.id));
  const cancel = (person: Person, problem: HTMLElement) =>
    button(person, problem, { text: "Cancel", label: "Cancel your request to" }, () => feed.unwant(person.id));
  const remove = (person: Person, problem: HTMLElement) =>
    button(person, problem, { text: "Remove friend", label: "Remove friend" }, async () => {
      const text = `Remove ${fullName(person)} from your friends? You will no longer see each other's comments.`;
      if (await confirmed({ text, yes: "Remove friend", no: "Keep" })) await feed.unwant(person.id);
    });
  const block = (person: Person, problem: HTMLElement) => blockButton(feed, person, problem);

  function drawGroup(
    id: string,
    people: readonly Person[],
    actions: (person: Person, problem: HTMLElement) => PersonActions,
  ): void {
    const make = (person: Person) => personRow(person, (problem) => actions(person, problem));
    fill(byId(id), people, (person) => rowKey(person), make, heading);
  }

  return {
    draw(state: FeedState): void {
      const { people, connection } = state;
      drawGroup("incoming", people.incoming, (person, problem) => ({
        first: [accept(person, problem), decline(person, problem)],
        more: [block(person, problem)],
      }));
      drawGroup("friends", people.friends, (person, problem) => ({
        first: [],
        more: [remove(person, problem), block(person, problem)],
      }));
      drawGroup("outgoing", people.outgoing, (person, problem) => ({
        first: [cancel(person, problem)],
        more: [block(person, problem)],
      }));
      drawGroup("blocked", people.blocked, (person, problem) => ({ first: [unblockButton(feed, person, problem)] }));
      // Who comes and goes is not told while nobody is connected.
      markOnline(byId("friends"), connection.state === "offline" ? [] : people.friends);
      for (const group of ["incoming", "outgoing", "blocked"] as const) {
        byId(`${group}-section`).hidden = people[group].length === 0;
      }
      loading.draw(state);
      byId("friends-section").hidden = !people.isLoaded;
      byId("friends-empty").hidden = people.friends.length > 0;
      more.hidden = people.next === null;
      panel.setLabel(people.isLoaded ? countText(people) : "People");
    },
    /** Shows the panel where it is folded away. */
    open: panel.open,
    /** Folds the panel away where it lies over the feed. */
    leave: panel.leave,
    /** Drops what somebody else was told or asked. */
    reset(): void {
      setText(problem, "");
      closeConfirmation();
    },
  };
}

/** Says in each row whether the friend is online; in place, as the focus may be on one of its buttons. */
function markOnline(list: HTMLElement, friends: readonly Friend[]): void {
  const online = new Set(friends.filter((friend) => friend.online).map(({ id }) => id));
  for (const row of list.children as HTMLCollectionOf<HTMLElement>) {
    const mark = row.querySelector<HTMLElement>(".online");
    if (mark) mark.hidden = !online.has(row.dataset.person ?? "");
  }
}

function countText({ friends, incoming, next }: FeedState["people"]): string {
  const requests = incoming.length;
  if (requests === 0) return `People (${friends.length}${next === null ? "" : "+"})`;
  return requests === 1 ? "People (1 request)" : `People (${requests} requests)`;
}
