import { LRUCache } from "lru-cache";
import { friendSetsAt } from "../../shared/friends/queries.ts";
import { idsOf } from "../../shared/friends/state.ts";
import type { FriendshipModel } from "../../shared/models/friendship.ts";
import type { Instant } from "../../shared/read-at.ts";
import type { RealtimeMetrics } from "../metrics.ts";

/** Friends kept at most, of all authors together; one takes about 100 bytes. */
const maxFriends = 2_000_000;
/** Authors that one query asks for: each may have thousands of friends, and the answer has to come in time. */
const readAtOnce = 100;

/** Whose sets have changed since it began. */
export interface Watch {
  has(user: string): boolean;
  end(): void;
}

/**
 * Who an author's comments reach. Sets are read at the time of the batch that needs them and dropped by the same stream when
 * a friendship changes, so a set that is here is that of its place in the stream.
 */
export class Audience {
  readonly #friends = new LRUCache<string, Set<string>>({
    maxSize: maxFriends,
    sizeCalculation: (friends) => friends.size + 1,
  });
  readonly #watches = new Set<{ changed: Set<string>; isAll: boolean }>();
  readonly #friendships: FriendshipModel;
  readonly #metrics: Pick<RealtimeMetrics, "friendSets">;

  constructor(friendships: FriendshipModel, metrics: Pick<RealtimeMetrics, "friendSets">) {
    this.#friendships = friendships;
    this.#metrics = metrics;
  }

  /** Whether an author's friends are here, and need not be read. */
  knows(author: string): boolean {
    return this.#friends.has(author);
  }

  /** The friends of each author at an instant of the stream, with one query for a hundred that are not known. */
  async of(authors: ReadonlySet<string>, instant: Instant): Promise<Map<string, Set<string>>> {
    const sets = new Map<string, Set<string>>();
    const missing: string[] = [];
    for (const author of authors) {
      const known = this.#friends.get(author);
      if (known) sets.set(author, known);
      else missing.push(author);
    }
    this.#metrics.friendSets.inc({ found: "hit" }, sets.size);
    if (missing.length > 0) {
      this.#metrics.friendSets.inc({ found: "miss" }, missing.length);
      const watch = this.watch();
      try {
        for (let i = 0; i < missing.length; i += readAtOnce) {
          const some = missing.slice(i, i + readAtOnce);
          for (const [author, friends] of await friendSetsAt(this.#friendships, some, instant)) {
            // One that changed meanwhile may be that of before, and one that is not exact of after.
            if (instant.isExact && !watch.has(author)) this.#friends.set(author, friends);
            sets.set(author, friends);
          }
        }
      } finally {
        watch.end();
      }
    }
    return sets;
  }

  /** Begins to note whose sets change: to be asked by whoever reads beside the stream and not in its order. */
  watch(): Watch {
    const noted = { changed: new Set<string>(), isAll: false };
    this.#watches.add(noted);
    return {
      has: (user) => noted.isAll || noted.changed.has(user),
      end: () => void this.#watches.delete(noted),
    };
  }

  forget(pair: string): void {
    for (const id of idsOf(pair)) {
      this.#friends.delete(id);
      for (const { changed } of this.#watches) changed.add(id);
    }
  }

  clear(): void {
    this.#friends.clear();
    for (const noted of this.#watches) noted.isAll = true;
  }
}
