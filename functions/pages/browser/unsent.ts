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
  /** While it is sent, the newest position known before that; if it is saved, it stands after it. */
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

  function fail(key: string, reason: string, isFinal: boolean): void {
    replace(list.map((each) => (each.key === key ? { key, body: each.body, state: "failed", reason, isFinal } : each)));
    failed(reason);
  }

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
        fail(key, reason, isFinal);
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
    /**
     * Drops the one that is being sent when it is seen on the feed: what comes over the socket may come before the answer.
     * One that has failed stays: the same words may have come from another device. Sent again, its answer settles it.
     */
    meet(comments: readonly Comment[], ownerId: string | undefined): void {
      const sent = list.find(({ state }) => state === "sending");
      if (sent?.after === undefined) return;
      for (const { id, author, body, position } of comments) {
        if (position <= sent.after) return;
        if (author.id !== ownerId || body !== sent.body || met.has(id)) continue;
        met.add(id);
        remove(sent.key);
        return;
      }
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
