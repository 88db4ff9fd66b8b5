import type { Person } from "../../../shared/contracts/people.ts";
import { confirmed } from "./confirm.ts";
import { actionButton } from "./elements.ts";
import { type Feed, fullName } from "./kit/index.ts";

/** Blocks a person, after a question that says what happens. */
export function blockButton(feed: Feed, person: Person, problem: HTMLElement): HTMLButtonElement {
  const name = fullName(person);
  return actionButton({ text: "Block", label: `Block ${name}`, problem }, async () => {
    const text = `Block ${name}? You will not see each other's comments, and their requests will not reach you. They will not be told.`;
    if (await confirmed({ text, yes: "Block", no: "Do not block" })) await feed.block(person.id);
  });
}

export function unblockButton(feed: Feed, person: Person, problem: HTMLElement): HTMLButtonElement {
  const label = `Unblock ${fullName(person)}`;
  return actionButton({ text: "Unblock", label, problem }, () => feed.unblock(person.id));
}
