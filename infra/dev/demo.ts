import { Types } from "mongoose";
import { verifyPassword } from "../../functions/accounts/passwords.ts";
import { createUser } from "../../functions/accounts/sign-up.ts";
import { insertComment } from "../../functions/comments/create.ts";
import type { Person } from "../../shared/contracts/people.ts";
import type { Database } from "../../shared/database.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { normalUsername, toPerson, type UserRecord } from "../../shared/models/user.ts";

/** Of all people that development makes up. */
export const demoPassword = "words-of-friends";

/** Two friends to try Kith with; development only. */
export const demoPeople = [
  { username: "ada", password: demoPassword, firstName: "Ada", lastName: "Moreau" },
  { username: "ben", password: demoPassword, firstName: "Ben", lastName: "Okafor" },
] as const;

const words = [
  [1, "First snow on the ridge this morning."],
  [0, "Jealous. Here it is only rain, and the good kind of bread."],
  [1, "Save me a slice. I am back on Thursday."],
] as const;

/**
 * Creates the two demo people, their friendship and a few comments, as far as they are not there yet. Resolves with those of
 * them who have `demoPassword`: who has another one is somebody's own by now, or always was, and is left alone.
 */
export async function createDemoPeople(database: Database): Promise<Person[]> {
  const { friendships, comments } = database.models;
  const people = (await Promise.all(demoPeople.map((person) => findOrCreate(database, person)))).filter(
    (person) => person !== undefined,
  );
  if (people.length < demoPeople.length) return people;
  const ids = people.map(({ id }) => new Types.ObjectId(id));
  const pair = pairOf(String(ids[0]), String(ids[1]));
  const made = await friendships.updateOne(
    { _id: pair },
    { $setOnInsert: { users: ids, wants: ids } },
    { upsert: true },
  );
  // Later runs leave what the person who tries it made of them.
  if (made.upsertedCount === 0) return people;
  for (const [author, text] of words) await insertComment(comments, people[author] as Person, text);
  return people;
}

async function findOrCreate(database: Database, person: (typeof demoPeople)[number]): Promise<Person | undefined> {
  const { users } = database.models;
  const known = await users.findOne({ username: normalUsername(person.username) }).lean<UserRecord>();
  if (!known) return toPerson(await createUser({ database, isBreached: async () => false }, person));
  return (await verifyPassword(demoPassword, known.password)) ? toPerson(known) : undefined;
}
