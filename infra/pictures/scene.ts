import { hashPassword } from "../../functions/accounts/passwords.ts";
import type { Person } from "../../shared/contracts/people.ts";
import type { Database } from "../../shared/database.ts";
import { createIndexes } from "../indexes.ts";
import { askFriends, befriend, databaseTime, insertComments, insertPeople } from "../records.ts";

/** Of everybody in the pictures. */
export const password = "words-of-friends";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const people = [
  ["ada", "Ada", "Moreau"],
  ["ben", "Ben", "Okafor"],
  ["chiara", "Chiara", "Ricci"],
  ["dev", "Dev", "Malhotra"],
  ["elin", "Elin", "Sandberg"],
  ["farid", "Farid", "Haddad"],
  ["grace", "Grace", "Mbeki"],
  ["hana", "Hana", "Kobayashi"],
  ["ivo", "Ivo", "Petrov"],
] as const;
type Name = (typeof people)[number][0];

/** Whose dashboard is shown, and who comments to them. */
export const [shown, writer]: [Name, Name] = ["ada", "ben"];
/** Who is there, beside the two. */
export const present: Name[] = ["chiara", "elin", "grace"];
const friends: Name[] = ["ben", "chiara", "dev", "elin", "farid", "grace"];
const asking: Name = "hana";
const asked: Name = "ivo";

/** The newest first, with how long ago. */
const words: [Name, number, string][] = [
  ["elin", 4 * minute, "The lake is frozen right across. Skates out, everybody."],
  ["ben", 11 * minute, "First snow on the ridge this morning. I have not seen it this early in years."],
  ["ada", 26 * minute, "The bread came out well for once. I am leaving half of it on your step, Chiara."],
  ["chiara", 41 * minute, "You are the best neighbour anybody ever had. Soup for you tonight, then."],
  ["grace", 2 * hour, "Finished the book. I will say nothing about the ending until Dev has read it too."],
  ["dev", 3 * hour, "Forty pages to go! Nobody say a word."],
  ["farid", day, "Train is two hours late, so here is a list of all the birds I can see from platform 4:\n\npigeon"],
  ["ada", day + hour, "Does anyone have a drill I could borrow on Saturday?"],
  ["ben", day + 2 * hour, "I have two, and a spirit level that I never use. Come by after ten."],
  ["elin", 2 * day, "The choir needs tenors. I am looking at you, Farid."],
];

/** Puts people who know each other, and what they said, into a database. */
export async function setScene(database: Database): Promise<void> {
  await createIndexes(database);
  const made = await insertPeople(
    database,
    people.map(([username, firstName, lastName]) => ({ username, firstName, lastName })),
    await hashPassword(password),
  );
  const named = (name: Name) => made[people.findIndex(([username]) => username === name)] as Person;
  const now = (await databaseTime(database)).getTime();
  await insertComments(
    database,
    words.toReversed().map(([author, ago, body]) => ({ author: named(author), body, at: new Date(now - ago) })),
  );
  await befriend(
    database,
    friends.map((name) => [named(shown), named(name)]),
  );
  await askFriends(database, [
    [named(asking), named(shown)],
    [named(shown), named(asked)],
  ]);
}
