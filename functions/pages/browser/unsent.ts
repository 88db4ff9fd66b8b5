import type { Comment } from "../../../shared/contracts/comments.ts";

/** A comment that is not known to be saved. */
export interface Unsent {
  /** Its Idempotency-Key: sent again under it, it is the same comment. */
  key: string;
  body: string;
  state: "waiting" | "sending" | "failed";
  /** Of a failed one: why, and whether to send it as it is can never succeed. */
  reason?: string;
  isFinal?: boolean;
  /** The newest position known when it was first sent; as it may have been saved, it stands after that. */
  after?: string;
}

export interface UnsentOptions {
  send: (body: string, key: string) => Promise<Comment>;
  /** The newest position of a feed that is loaded; "" where there is none. */
  newest: () => string | undefined;
  explain: (error: unknown) => { reason: string; isFinal: boolean };
  changed: (list: readonly Unsent[]) => void;
  failed: (reason: string) => void;
}

/** Comments on their way, oldest first: sent one after the other, so that they keep their order. */
export function createUnsent({ send, newest, explain, changed, failed }: UnsentOptions) {
  let list: readonly Unsent[] = [];
  /** Saved comments that are known to be one of these. */
  const met = new Set<string>();
  let isBusy = false;
  let generation = 0;

  function replace(next: readonly Unsent[]): void {
    list = next;
    changed(list);
  }

  const remove = (key: string) => replace(list.filter((each) => each.key !== key));
  const update = (key: string, part: Partial<Unsent>) =>
    replace(list.map((each) => (each.key === key ? { ...each, ...part } : each)));

  async function work(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    const mine = generation;
    for (;;) {
      const next = list.find(({ state }) => state === "waiting");
      if (!next) break;
      const { key, body } = next;
      const after = next.after ?? newest();
      update(key, { state: "sending", ...(after === undefined ? {} : { after }) });
      try {
        const { id } = await send(body, key);
        if (mine !== generation) return;
        met.add(id);
        remove(key);
      } catch (error) {
        if (mine !== generation) return;
        // One that was met on the feed meanwhile has not failed.
        if (!list.some((each) => each.key === key)) continue;
        const { reason, isFinal } = explain(error);
        update(key, { state: "failed", reason, isFinal });
        failed(reason);
      }
    }
    isBusy = false;
  }

  return {
    get list() {
      return list;
    },
    add(body: string): void {
      replace([...list, { key: crypto.randomUUID(), body, state: "waiting" }]);
      void work();
    },
    retry(key: string): void {
      update(key, { state: "waiting" });
      void work();
    },
    discard: remove,
    /** Goes on with what an earlier page left; what was under way may have been saved, and is sent again under its key. */
    restore(kept: readonly Unsent[]): void {
      const before = kept.map((each) => (each.state === "failed" ? each : ({ ...each, state: "waiting" } as const)));
      replace([...before, ...list]);
      void work();
    },
    /** Drops those that are seen on the feed: what comes over the socket may come before the answer, or in its place. */
    meet(comments: readonly Comment[], ownerId: string | undefined): void {
      const sent = list.filter(({ after }) => after !== undefined);
      if (sent.length === 0) return;
      const seen = new Set<string>();
      for (const each of sent.sort((a, b) => Number(b.state === "sending") - Number(a.state === "sending"))) {
        for (const { id, author, body, position } of comments) {
          if (position <= (each.after as string)) break;
          if (author.id !== ownerId || body !== each.body || met.has(id)) continue;
          met.add(id);
          seen.add(each.key);
          break;
        }
      }
      if (seen.size > 0) replace(list.filter(({ key }) => !seen.has(key)));
    },
    /** Forgets everything: it was somebody else's. */
    reset(): void {
      generation += 1;
      isBusy = false;
      met.clear();
      replace([]);
    },
  };
}
export type UnsentComments = ReturnType<typeof createUnsent>;
