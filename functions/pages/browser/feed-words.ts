import type { Connection, FeedState } from "./kit/index.ts";

/** A first load that takes longer than this, in milliseconds, is said to. */
const patience = 5_000;

/** What is said in the place of comments that could not be loaded yet; `since` is when that began. */
export function loadingWords(connection: Connection, since: number, now: number): string {
  if (connection.state === "offline") {
    const seconds = connection.nextTry === undefined ? 0 : Math.ceil((connection.nextTry - now) / 1_000);
    return seconds > 0 ? `Could not load. Trying again in ${seconds} s` : "Could not load. Trying again";
  }
  return now - since < patience ? "" : "Could not load yet. Still trying";
}

/** What is said where friends stand, or are to stand, that could not be loaded; `since` is when that began. */
export function peopleWords(
  { people, connection }: Pick<FeedState, "people" | "connection">,
  since: number,
  now: number,
) {
  const isLate = !people.isLoaded && (connection.state === "offline" || now - since >= patience);
  return isLate || people.isFailing ? "Your friends could not be loaded. Trying again." : "";
}

/** What is said above comments that may not be all. */
export function staleWords({ state }: Connection): string {
  if (state === "offline") return "Offline: newer comments may be missing";
  return state === "reloading" ? "Loading again" : "";
}
