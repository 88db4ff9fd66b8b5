import type { NewPerson } from "../records.ts";
import { homes } from "./names.ts";
import type { Random } from "./random.ts";

const day = 86_400_000;
/** How often somebody's first and last name are of two homes. */
const mixed = 0.12;
/** Names are taken anew so often before one may be somebody else's too. */
const attempts = 20;

/** People who signed up in the year before `now`, with usernames that are not in `taken`, which is in lower case. */
export function makePeople(random: Random, count: number, taken: ReadonlySet<string>, now: Date): NewPerson[] {
  const used = new Set(taken);
  const names = new Set<string>();
  return Array.from({ length: count }, () => {
    const { firstName, lastName } = unusedName(random, names);
    const username = unusedUsername(random, firstName, lastName, used);
    used.add(username.toLowerCase());
    const since = new Date(now.getTime() - Math.floor((14 + random.next() * 351) * day));
    return { username, firstName, lastName, since };
  });
}

function unusedName(random: Random, names: Set<string>) {
  for (let attempt = 1; ; attempt += 1) {
    const home = random.pick(homes);
    const other = random.chance(mixed) ? random.pick(homes) : home;
    const name = { firstName: random.pick(home.first), lastName: random.pick(other.last) };
    const whole = `${name.firstName} ${name.lastName}`;
    if (names.has(whole) && attempt < attempts) continue;
    names.add(whole);
    return name;
  }
}

/** As people choose them: by their names, and by a number where somebody else came first. */
function unusedUsername(random: Random, firstName: string, lastName: string, used: ReadonlySet<string>): string {
  const [first, last] = [ascii(firstName), ascii(lastName)];
  const year = String(72 + random.below(35))
    .padStart(2, "0")
    .slice(-2);
  const wishes = random.shuffled([
    first,
    `${first}.${last}`,
    `${first}_${last}`,
    `${first}${last.slice(0, 1)}`,
    `${first.slice(0, 1)}.${last}`,
    `${first}-${last.slice(0, 3)}`,
    `${first}${year}`,
  ]);
  const free = wishes.find((wish) => wish.length >= 3 && !used.has(wish));
  if (free !== undefined) return free;
  const base = `${first}.${last}`;
  for (let number = 2; ; number += 1) if (!used.has(base + number)) return base + number;
}

const letters: Record<string, string> = { ł: "l", ø: "o", đ: "d", ı: "i", æ: "ae", ß: "ss", œ: "oe" };

/** The letters a to z alone, which usernames are made of. */
function ascii(name: string): string {
  return name
    .toLowerCase()
    .replace(/[łøđıæßœ]/g, (letter) => letters[letter] ?? "")
    .normalize("NFD")
    .replace(/[^a-z]/g, "");
}
