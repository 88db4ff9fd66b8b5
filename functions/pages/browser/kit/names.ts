import type { Comment } from "../../../../shared/contracts/comments.ts";
import { limits } from "../../../../shared/contracts/limits.ts";
import type { Person } from "../../../../shared/contracts/people.ts";
import { byName, type PeopleList } from "./people-list.ts";

/** People whose names are kept: as many friends as one can have, and as many others. */
const kept = 2 * limits.friends;

export type Names = ReturnType<typeof createNames>;

/**
 * What people are called by the newest word of it: the socket's, then that of what was read as of its time. Whatever is
 * older than both, as an answer that was long under way may be, has to ask here. `changed` is told of what is news.
 */
export function createNames(changed: () => void) {
  const newest = new Map<string, { person: Person; toldAfter: number }>();
  let joins = 0;

  /** True where that is news. */
  function keep({ id, username, firstName, lastName }: Person, toldAfter: number): boolean {
    const before = newest.get(id)?.person;
    const person = { id, username, firstName, lastName };
    newest.delete(id);
    newest.set(id, { person, toldAfter });
    const [oldest] = newest.keys();
    if (newest.size > kept && oldest !== undefined) newest.delete(oldest);
    return !before || !isSame(before, person);
  }

  return {
    /** The socket tells everything after another time from now on: what is read from here on is newer than what it told. */
    joined(): void {
      joins += 1;
    },
    /** The socket's word. */
    tell(person: Person): void {
      if (keep(person, joins)) changed();
    },
    /** What was read as of the socket's time: what was told since then wins, and later changes are still to be told. */
    learn(people: Iterable<Person>): void {
      let isNews = false;
      for (const person of people) {
        if (newest.get(person.id)?.toldAfter !== joins) isNews = keep(person, -1) || isNews;
      }
      if (isNews) changed();
    },
    /** A person by the newest name; the same object where it has that. */
    of<Kind extends Person>(person: Kind): Kind {
      const known = newest.get(person.id)?.person;
      return known && !isSame(known, person) ? { ...person, ...known } : person;
    },
    /** Forgets everything: it was somebody else's. */
    reset(): void {
      newest.clear();
    },
  };
}

/** Comments by the newest names of their authors; the same objects where nothing changes. */
export function withNames(comments: readonly Comment[], names: Pick<Names, "of">): readonly Comment[] {
  return mapped(comments, (comment) => {
    const author = names.of(comment.author);
    return author === comment.author ? comment : { ...comment, author };
  });
}

/** People by their newest names, and in the order of these; the same objects where nothing changes. */
export function peopleWithNames(list: PeopleList, names: Pick<Names, "of">): PeopleList {
  const renamed = <Kind extends Person>(people: readonly Kind[]): readonly Kind[] => {
    const after = mapped(people, names.of);
    return after === people ? people : [...after].sort(byName);
  };
  const { friends, incoming, outgoing, blocked } = list;
  const after = {
    friends: renamed(friends),
    incoming: renamed(incoming),
    outgoing: renamed(outgoing),
    blocked: renamed(blocked),
  };
  const isChanged = (Object.keys(after) as (keyof typeof after)[]).some((group) => after[group] !== list[group]);
  return isChanged ? { ...list, ...after } : list;
}

function mapped<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  const after = items.map(change);
  return after.some((item, index) => item !== items[index]) ? after : items;
}

function isSame(a: Person, b: Person): boolean {
  return a.firstName === b.firstName && a.lastName === b.lastName && a.username === b.username;
}
