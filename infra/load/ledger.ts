/** What a comment's acknowledgement says of it. */
export interface Acknowledged {
  id: string;
  authorId: string;
}

export interface Verdict {
  /** Acknowledged comments that somebody who must see them does not show: "comment at person". */
  lost: string[];
  /** Comments that somebody was told, or shows, who is no friend of the author. */
  leaked: string[];
  /** Comments that somebody shows more than once. */
  duplicated: string[];
}

/** Who was told what, and what was acknowledged; at the end, who shows what. */
export class Ledger {
  readonly #comments = new Map<string, Acknowledged>();
  readonly #told = new Map<string, Set<string>>();
  /** Events of comments, each as often as it was told. */
  deliveries = 0;

  acknowledge(comment: Acknowledged): void {
    this.#comments.set(comment.id, comment);
  }

  get acknowledged(): number {
    return this.#comments.size;
  }

  tell(personId: string, { id, authorId }: Acknowledged): void {
    this.deliveries += 1;
    const told = this.#told.get(personId) ?? new Set();
    told.add(`${id}:${authorId}`);
    this.#told.set(personId, told);
  }

  /**
   * Compares. `shown` are the comments on each person's screen; `mayRead` says whether somebody may be told of an author at
   * all, `mustRead` whether the author's comments must be on the screen: both are true for friends, and differ for pairs
   * whose friendship changes meanwhile.
   */
  verdict(
    shown: ReadonlyMap<string, readonly Acknowledged[]>,
    mayRead: (personId: string, authorId: string) => boolean,
    mustRead = mayRead,
  ): Verdict {
    const verdict: Verdict = { lost: [], leaked: [], duplicated: [] };
    for (const [person, comments] of shown) {
      const ids = new Set<string>();
      for (const { id, authorId } of comments) {
        if (ids.has(id)) verdict.duplicated.push(`${id} at ${person}`);
        ids.add(id);
        if (!mayRead(person, authorId)) verdict.leaked.push(`${id} at ${person}`);
      }
      for (const { id, authorId } of this.#comments.values()) {
        if (mustRead(person, authorId) && !ids.has(id)) verdict.lost.push(`${id} at ${person}`);
      }
    }
    for (const [person, told] of this.#told) {
      for (const each of told) {
        const [id = "", authorId = ""] = each.split(":");
        if (!mayRead(person, authorId)) verdict.leaked.push(`${id} told to ${person}`);
      }
    }
    return verdict;
  }
}

/** Friends by person, from pairs; everybody is their own. */
export function readersOf(
  pairs: readonly (readonly [string, string])[],
): (personId: string, authorId: string) => boolean {
  const keys = new Set(pairs.flatMap(([a, b]) => [`${a}:${b}`, `${b}:${a}`]));
  return (personId, authorId) => personId === authorId || keys.has(`${personId}:${authorId}`);
}
