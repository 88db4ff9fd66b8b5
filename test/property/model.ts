import { pairOf } from "../../shared/friends/state.ts";

/** What a write did, by ids. */
export type Write =
  | { kind: "comment"; id: string; author: string; at: string }
  | { kind: "removal"; id: string }
  | { kind: "pair"; pair: string; areFriends: boolean };

/** A write in the commit order. Instants are milliseconds of one steady clock. */
export interface Committed {
  write: Write;
  /** Its cluster time, as a position. */
  time: string;
  /** It cannot have been committed before. */
  earliest: number;
}

/** Replays writes in their commit order: who had to be told of each, who might be, and what everybody sees at the end. */
export class Model {
  readonly committed: readonly Committed[];
  readonly #comments = new Map<string, { author: string; at: string; index: number }>();
  readonly #removed = new Map<string, number>();
  /** By pair: whether they are friends, from which write on. */
  readonly #pairs = new Map<string, { index: number; earliest: number; areFriends: boolean }[]>();

  constructor(committed: readonly Committed[]) {
    this.committed = committed;
    for (const [index, { write, earliest }] of committed.entries()) {
      if (write.kind === "comment") this.#comments.set(write.id, { author: write.author, at: write.at, index });
      else if (write.kind === "removal") this.#removed.set(write.id, index);
      else {
        const changes = this.#pairs.get(write.pair) ?? [];
        this.#pairs.set(write.pair, [...changes, { index, earliest, areFriends: write.areFriends }]);
      }
    }
  }

  authorOf(comment: string): string | undefined {
    return this.#comments.get(comment)?.author;
  }

  /** The place of a comment, or of its removal, in the commit order. */
  indexOf(event: "comment" | "commentRemoved", comment: string): number | undefined {
    return event === "comment" ? this.#comments.get(comment)?.index : this.#removed.get(comment);
  }

  /** Whether a reader may be told at instant `until` of the author's write: friends at any moment since, or oneself. */
  mayHear(reader: string, author: string, index: number, until: number): boolean {
    if (reader === author || this.#wereFriends(reader, author, index)) return true;
    return this.#later(reader, author, index, until).some(({ areFriends }) => areFriends);
  }

  /** Whether a reader has to be told of the author's write, delivered at `until`: friends all the time, or oneself. */
  mustHear(reader: string, author: string, index: number, until: number): boolean {
    if (reader === author) return true;
    if (!this.#wereFriends(reader, author, index)) return false;
    return this.#later(reader, author, index, until).every(({ areFriends }) => areFriends);
  }

  /** The ids of the comments that a reader sees when all is done, newest first. */
  feedOf(reader: string): string[] {
    const end = this.committed.length;
    return [...this.#comments]
      .filter(
        ([id, { author }]) => !this.#removed.has(id) && (author === reader || this.#wereFriends(reader, author, end)),
      )
      .sort(([idA, a], [idB, b]) => (a.at === b.at ? compare(idB, idA) : compare(b.at, a.at)))
      .map(([id]) => id);
  }

  friendsOf(reader: string): string[] {
    const end = this.committed.length;
    const others = [...this.#pairs.keys()].flatMap((pair) => {
      const ids = pair.split(":");
      return ids.includes(reader) ? ids.filter((id) => id !== reader) : [];
    });
    return others.filter((other) => this.#wereFriends(reader, other, end)).sort();
  }

  #wereFriends(a: string, b: string, index: number): boolean {
    return this.#changes(a, b).findLast((change) => change.index < index)?.areFriends ?? false;
  }

  /** What may have become of a pair after a write, and before an instant. */
  #later(a: string, b: string, index: number, until: number) {
    return this.#changes(a, b).filter((change) => change.index > index && change.earliest <= until);
  }

  #changes(a: string, b: string) {
    return this.#pairs.get(pairOf(a, b)) ?? [];
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
