import type { Unsent } from "./unsent.ts";

/** What a person wrote that no server has acknowledged. */
export interface Words {
  draft: string;
  unsent: readonly Unsent[];
}

const place = "kith-words";
const none: Words = { draft: "", unsent: [] };

/** Words kept in this tab over a reload, for one user only. Where the browser keeps nothing, they live as long as the page. */
export function createKept(storage: () => Storage) {
  let owner: string | undefined;
  let words = none;

  function read(userId: string): Words {
    try {
      const kept = JSON.parse(storage().getItem(place) ?? "{}");
      return kept.owner === userId ? { ...none, ...kept.words } : none;
    } catch {
      return none;
    }
  }

  function write(): void {
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
    clear(): void {
      words = none;
      write();
    },
  };
}
export type Kept = ReturnType<typeof createKept>;
