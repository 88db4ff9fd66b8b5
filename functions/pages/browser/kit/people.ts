import type { FriendState, Friendship, FriendsPage } from "../../../../shared/contracts/friends.ts";
import { type Api, isUnauthenticated } from "./api.ts";
import { persist } from "./backoff.ts";
import { noPeople, type PeopleList, stateOf, withFriendship, withPage } from "./people-list.ts";

export interface PeopleOptions {
  api: Pick<Api, "friends">;
  random: () => number;
  changed: () => void;
  /** The API says that nobody is signed in. */
  refused: () => void;
}

export type People = ReturnType<typeof createPeople>;

/** Friends and requests, kept right by the socket's events. */
export function createPeople({ api, random, changed, refused }: PeopleOptions) {
  let list = noPeople;
  let isLoaded = false;
  let run = 0;
  /** For each page under way, the changes since it was asked for: the page may be older than they are. */
  const during = new Set<Friendship[]>();

  async function read(after: string | undefined, merge: (page: FriendsPage) => PeopleList): Promise<() => PeopleList> {
    const changes: Friendship[] = [];
    during.add(changes);
    try {
      const page = await api.friends(after);
      return () => changes.reduce(withFriendship, merge(page));
    } finally {
      during.delete(changes);
    }
  }

  return {
    get state() {
      return { ...list, isLoaded };
    },

    /** Reads the first page, until it is there. */
    async load(): Promise<void> {
      run += 1;
      const mine = run;
      const merged = await persist(() => read(undefined, (page) => page), {
        isWanted: () => mine === run,
        isFinal: isUnauthenticated,
        random,
      }).catch(refused);
      if (!merged) return;
      list = merged();
      isLoaded = true;
      changed();
    },

    async loadMore(): Promise<void> {
      const [after, mine] = [list.next, run];
      if (after === null) return;
      const merged = await read(after, (page) => withPage(list, page));
      if (mine !== run || list.next !== after) return;
      list = merged();
      changed();
    },

    /** No answer that is under way counts any more. */
    leave(): void {
      run += 1;
    },

    /** Forgets everything, untold: it was somebody else's. */
    reset(): void {
      run += 1;
      list = noPeople;
      isLoaded = false;
    },

    /** Takes in a change of one pair; gives back how one stood before, as far as that is known. */
    apply(friendship: Friendship): FriendState | undefined {
      const before = stateOf(list, friendship.person.id);
      list = withFriendship(list, friendship);
      for (const changes of during) changes.push(friendship);
      changed();
      return before;
    },
  };
}
