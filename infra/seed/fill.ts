import { hashPassword } from "../../functions/accounts/passwords.ts";
import type { Person } from "../../shared/contracts/people.ts";
import type { Database } from "../../shared/database.ts";
import { createDemoPeople, demoPassword } from "../dev/demo.ts";
import { createIndexes } from "../indexes.ts";
import { askFriends, befriend, databaseTime, insertComments, insertPeople } from "../records.ts";
import { makeComments } from "./comments.ts";
import { makeFriendships } from "./friends.ts";
import type { SeedOptions } from "./options.ts";
import { makePeople } from "./people.ts";
import type { Progress } from "./progress.ts";
import { createRandom } from "./random.ts";

/** How many people ask the first of the demo people to be friends. */
const requests = 2;

/**
 * Adds people, words and friendships to a database. Resolves with all who have `demoPassword` and belong to this: the demo
 * people, and those who were added. Nobody else is touched.
 */
export async function fillDatabase(
  database: Database,
  options: Pick<SeedOptions, "people" | "friends" | "comments" | "seed">,
  { tell }: Progress,
): Promise<Person[]> {
  await createIndexes(database);
  const [demo, now, taken] = await Promise.all([
    createDemoPeople(database),
    databaseTime(database),
    database.models.users.collection.distinct("username"),
  ]);
  const random = createRandom(options.seed);
  const made = makePeople(random, options.people, new Set(taken), now);
  const pairs = makeFriendships(random, options.people, options.friends);
  const friendsOf: number[][] = made.map(() => []);
  for (const [a, b] of pairs) {
    friendsOf[a]?.push(b);
    friendsOf[b]?.push(a);
  }
  const words = makeComments(random, options.comments, friendsOf, now);

  const people = await insertPeople(database, made, await hashPassword(demoPassword));
  const person = (number: number) => people[number % people.length] as Person;
  tell("people", people.length, people.length);
  await insertComments(
    database,
    words.map(({ author, body, at }) => ({ author: person(author), body, at })),
    (count) => tell("comments", count, words.length),
  );
  // After the words: whoever is connected, or was away, reads the whole history of whom they become friends with.
  const friendships = [
    ...pairs.map(([a, b]): [Person, Person] => [person(a), person(b)]),
    // The circles of the demo people overlap by half, as those of friends do.
    ...demo.flatMap((each, i) =>
      times(options.friends, (n): [Person, Person] => [each, person(n + i * Math.floor(options.friends / 2))]),
    ),
  ];
  await befriend(database, friendships, (count) => tell("friendships", count, friendships.length));
  const asking = people.slice(options.friends).slice(0, requests);
  await askFriends(
    database,
    demo.slice(0, 1).flatMap((asked) => asking.map((each): [Person, Person] => [each, asked])),
  );
  return [...demo, ...people];
}

function times<Value>(count: number, make: (n: number) => Value): Value[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
