import type { Random } from "./random.ts";

/** How many friendships are with anybody at all, instead of somebody of one's own circle. */
const farAway = 0.25;
const attempts = 20;

/**
 * Pairs of friends among people 0 to `count - 1`, each pair once: `friends` of each person on average, and at least half as
 * many. A small world after Watts and Strogatz: circles of people who know each other, and some who know people elsewhere.
 */
export function makeFriendships(random: Random, count: number, friends: number): [number, number][] {
  const wanted = Math.min(friends, count - 1);
  const known = new Set<string>();
  const keyOf = (a: number, b: number) => (a < b ? `${a}:${b}` : `${b}:${a}`);
  const ring: [number, number][] = [];
  const add = (a: number, b: number) => {
    if (a === b || known.has(keyOf(a, b))) return;
    known.add(keyOf(a, b));
    ring.push([a, b]);
  };
  for (let person = 0; person < count; person += 1) {
    for (let reach = 1; reach <= Math.floor(wanted / 2); reach += 1) add(person, (person + reach) % count);
  }
  // An odd number: one more across the ring.
  const half = Math.floor(count / 2);
  if (wanted % 2 === 1)
    for (let person = 0; person < Math.ceil(count / 2); person += 1) add(person, (person + half) % count);

  return ring.map(([person, near]) => {
    if (!random.chance(farAway)) return [person, near];
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const other = random.below(count);
      if (other === person || known.has(keyOf(person, other))) continue;
      known.delete(keyOf(person, near));
      known.add(keyOf(person, other));
      return [person, other];
    }
    return [person, near];
  });
}
