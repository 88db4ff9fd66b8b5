import type { Unsent } from "./unsent.ts";

/** What a person wrote that no server has acknowledged. */
export interface Words {
  draft: string;
  unsent: readonly Unsent[];
}

const place = "kith-words";
/** A page that is still there so long after it was about to go, in milliseconds, has stayed. */
const goingTime = 3_000;
const none: Words = { draft: "", unsent: [] };

/** Words kept in this tab over a reload, for one user only. Where the browser keeps nothing, they live as long as the page. */
export function createKept(storage: () => Storage) {
  let owner: string | undefined;
  let words = none;
  let pause: ReturnType<typeof setTimeout> | undefined;

  function read(userId: string): Words {
    try {
      const kept = JSON.parse(storage().getItem(place) ?? "{}");
      return kept.owner === userId ? { ...none, ...kept.words } : none;
    } catch {
      return none;
    }
  }

  function write(): void {
    if (pause !== undefined) return;
    try {
      if (words.draft === "" && words.unsent.length === 0) storage().removeItem(place);
      else storage().setItem(place, JSON.stringify({ owner, words }));
    } catch {
      // Full, or forbidden: nothing here is worth a failure.
    }
  }

  return {
    /** What this user left here; what anybody else did is dropped. */
    belongTo(userId: string): Words {
      owner = userId;
      words = read(userId);
      write();
      return words;
    },
    /** Keeps a part of it, once it is known whose it is. */
    keep(part: Partial<Words>): void {
      if (owner === undefined) return;
      words = { ...words, ...part };
      write();
    },
    /** Leaves what is kept as it is, until it is sure that the page is not going. */
    pause(): void {
      clearTimeout(pause);
      pause = setTimeout(() => {
        pause = undefined;
        write();
      }, goingTime);
    },
    /** Forgets all of it, and keeps nothing more: who wrote it has left. */
    clear(): void {
      clearTimeout(pause);
      pause = undefined;
      words = none;
      write();
      owner = undefined;
    },
  };
}
export type Kept = ReturnType<typeof createKept>;
