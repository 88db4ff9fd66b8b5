import type { Random } from "./random.ts";
import { slots, type Topic, topics } from "./topics.ts";

const minute = 60_000;
const day = 86_400_000;
/** Over how many days the words are spread; recent ones are more. */
const days = 10;
/** How many friends write at an hour of the day, from midnight on. */
const hours = [2, 1, 0, 0, 0, 1, 3, 7, 9, 7, 6, 7, 10, 8, 6, 6, 7, 9, 11, 12, 13, 12, 9, 5];
/** Nothing is newer than that: written now, it would be in the way of what comes next. */
const newest = 5 * minute;
/** Other words are looked for so often before some come twice. */
const attempts = 12;

/** What every topic has answers for. */
const mostAnswers = 3;

export interface MadeComment {
  /** Who of the people wrote it. */
  author: number;
  body: string;
  at: Date;
}

/**
 * `count` comments of the days before `now`, the oldest first: somebody says something, at the hours of people who are awake
 * there (by this process's time zone), and friends answer soon. `friends` of each person, by number; there is a person.
 */
export function makeComments(
  random: Random,
  count: number,
  friends: readonly (readonly number[])[],
  now: Date,
): MadeComment[] {
  const latest = now.getTime() - newest;
  // Some say much, many a little.
  const eager = friends.flatMap((_, person) => Array<number>(1 + Math.floor(8 * random.next() ** 3)).fill(person));
  const threads = makeThreads(random, count, eager, friends);
  const times = threads.map(() => someTime(random, latest)).sort((a, b) => a - b);
  const say = speaker(random);
  const made = threads.flatMap((authors, i) => {
    let at = times[i] as number;
    return say(authors.length).map((body, n): MadeComment => {
      if (n > 0) at += Math.floor(Math.min(1 + 90 * random.next() ** 2, (latest - at) / minute / 2) * minute);
      return { author: authors[n] as number, body, at: new Date(at) };
    });
  });
  return made.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** Who speaks in each thread: whoever begins, and friends of theirs; `count` words in all. */
function makeThreads(
  random: Random,
  count: number,
  eager: readonly number[],
  friends: readonly (readonly number[])[],
): number[][] {
  const threads: number[][] = [];
  for (let left = count; left > 0; ) {
    const first = random.pick(eager);
    const others = random.shuffled(friends[first] ?? []).slice(0, random.below(mostAnswers + 1));
    const thread = [first, ...others].slice(0, left);
    threads.push(thread);
    left -= thread.length;
  }
  return threads;
}

/** Says so much about the next topic. All topics come before one comes again, and what was not said yet before what was. */
function speaker(random: Random): (length: number) => string[] {
  const said = new Set<string>();
  const isNew = (body: string) => !said.has(body);
  let deck: Topic[] = [];
  return (length) => {
    for (let attempt = 1; ; attempt += 1) {
      if (deck.length === 0) deck = random.shuffled(topics);
      const { opening, answers } = deck.shift() as Topic;
      const filled = fill(random);
      const first = filled(opening);
      if (said.has(first) && attempt < attempts) continue;
      const others = random.shuffled(answers).map(filled);
      const fresh = [...others.filter(isNew), ...others.filter((body) => !isNew(body))];
      const words = [first, ...fresh].slice(0, length);
      for (const body of words) said.add(body);
      return words;
    }
  };
}

/** Fills slots, each of a thread with one choice. */
function fill(random: Random): (text: string) => string {
  const chosen: Record<string, string> = {};
  return (text) =>
    text.replace(/\{(\w+)\}/g, (_, slot: string) => {
      chosen[slot] ??= random.pick(slots[slot] ?? [slot]);
      return chosen[slot];
    });
}

/** Epoch milliseconds before `latest`. */
function someTime(random: Random, latest: number): number {
  const most = Math.max(...hours);
  for (;;) {
    const at = latest - (1 - Math.sqrt(random.next())) * days * day;
    if (random.next() * most < (hours[new Date(at).getHours()] ?? 0)) return Math.floor(at);
  }
}
