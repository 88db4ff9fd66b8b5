import type { EventPayload } from "../../../../shared/contracts/events.ts";
import type { FriendState, Friendship, FriendsPage } from "../../../../shared/contracts/friends.ts";
import { isUnauthenticated } from "./api.ts";
import { persist } from "./backoff.ts";
import { peopleWithNames } from "./names.ts";
import type { PartOptions } from "./parts.ts";
import { noPeople, type PeopleList, stateOf, withFriendship, withPage, withPresence } from "./people-list.ts";
import { later } from "./position.ts";

/** All friends of somebody who gets another name may have to read once more: within so many milliseconds. */
const longestSpread = 2_000;

/** Friends and requests, kept right by the socket's events. */
export function createPeople({ api, names, random, changed, refused }: PartOptions<"friends">) {
  let list = noPeople;
  let isLoaded = false;
  let isFailing = false;
  let run = 0;
  /** For each page under way, the changes since it was asked for: the page may be older than they are. */
  const during = new Set<Friendship[]>();
  /**
   * The last that was told of each friend since the first page was asked for, loaded already or not. It wins over any page
   * since then: what has changed after it is still to be told.
   */
  const heard = new Map<string, boolean>();
  /** Who got another name since the first page was asked for. */
  const renamed = new Set<string>();
  /** How many pages the list is made of. */
  let pages = 1;
  /** Pages are as new as this time of the stream, and what they do not hold yet is told. */
  let asOf: string | undefined;

  async function read(after: string | undefined, merge: (page: FriendsPage) => PeopleList): Promise<() => PeopleList> {
    const changes: Friendship[] = [];
    during.add(changes);
    try {
      const page = await api.friends({
        ...(after === undefined ? {} : { after }),
        ...(asOf === undefined ? {} : { time: asOf }),
      });
      return () => {
        names.learn([...page.friends, ...page.incoming, ...page.outgoing, ...page.blocked]);
        return peopleWithNames(withPresence(changes.reduce(withFriendship, merge(page)), heard), names);
      };
    } finally {
      during.delete(changes);
    }
  }

  function failed(): void {
    if (isFailing) return;
    isFailing = true;
    changed();
  }

  /**
   * Reads the first pages, so many, as of this time of the stream (a node that says none: of the last), until they are there.
   */
  async function load(time: string | undefined, afterMs = 0, count = 1): Promise<void> {
    run += 1;
    asOf = time ?? asOf;
    heard.clear();
    renamed.clear();
    const mine = run;
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    const merged = await persist(() => readFirst(count), {
      isWanted: () => mine === run,
      isFinal: isUnauthenticated,
      failed,
      random,
    }).catch(refused);
    if (!merged) return;
    list = merged();
    pages = count;
    isLoaded = true;
    isFailing = false;
    changed();
    if ([...renamed].some(isUnlisted)) readAgain();
  }

  async function readFirst(count: number): Promise<() => PeopleList> {
    let merged = await read(undefined, (page) => page);
    for (let next = merged().next; count > 1 && next !== null; count -= 1) {
      const before = merged();
      merged = await read(next, (page) => withPage(before, page));
      next = merged().next;
    }
    return merged;
  }

  const isUnlisted = (id: string) => stateOf(list, id) === undefined;

  function readAgain(): void {
    void load(undefined, random() * longestSpread, pages);
  }

  return {
    get state() {
      return { ...list, isLoaded, isFailing };
    },

    load,

    /** A friendship changed at this time of the stream: what is read from here on must not be older. */
    advance(time: string): void {
      asOf = later(asOf, time);
    },

    async loadMore(): Promise<void> {
      const [after, mine] = [list.next, run];
      if (after === null) return;
      const merged = await read(after, (page) => withPage(list, page));
      if (mine !== run || list.next !== after) return;
      list = merged();
      pages += 1;
      changed();
    },

    /** No answer that is under way counts any more. */
    leave(): void {
      run += 1;
      isFailing = false;
    },

    /** Forgets everything, untold: it was somebody else's. */
    reset(): void {
      run += 1;
      list = noPeople;
      heard.clear();
      isLoaded = false;
      isFailing = false;
    },

    /** Takes in a change of one pair; gives back how one stood before, as far as that is known. */
    apply(friendship: Friendship): FriendState | undefined {
      const before = stateOf(list, friendship.person.id);
      if (friendship.state !== "friends") heard.delete(friendship.person.id);
      list = withPresence(withFriendship(list, friendship), heard);
      for (const changes of during) changes.push(friendship);
      changed();
      return before;
    },

    /**
     * A friend has another name. Whoever was to come on a page not read yet may belong on one that was read, or is being read:
     * what was read is read once more.
     */
    hearName(id: string): void {
      renamed.add(id);
      if (isLoaded && isUnlisted(id)) readAgain();
    },

    /** Calls everybody by their newest names, untold. */
    rename(): void {
      list = peopleWithNames(list, names);
    },

    /** Takes in that a friend came or went. */
    hear({ id, online }: EventPayload<"presence">): void {
      heard.set(id, online);
      const before = list;
      list = withPresence(list, heard);
      if (list !== before) changed();
    },
  };
}
