import { createUser } from "../../functions/accounts/sign-up.ts";
import { insertComment } from "../../functions/comments/create.ts";
import type { Database } from "../../shared/database.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { normalUsername, toPerson } from "../../shared/models/user.ts";

/** Two friends to try Kith with; development only. */
export const demoPeople = [
  { username: "ada", password: "words-of-friends", firstName: "Ada", lastName: "Moreau" },
  { username: "ben", password: "words-of-friends", firstName: "Ben", lastName: "Okafor" },
] as const;

const words = [
  [1, "First snow on the ridge this morning."],
  [0, "Jealous. Here it is only rain, and the good kind of bread."],
  [1, "Save me a slice. I am back on Thursday."],
] as const;

/** Creates the two demo people, their friendship and a few comments, where they are not there yet. */
export async function createDemoPeople(database: Database): Promise<void> {
  const { users, friendships, comments } = database.models;
  const deps = { database, isBreached: async () => false };
  const found = await users.countDocuments({
    username: { $in: demoPeople.map(({ username }) => normalUsername(username)) },
  });
  if (found > 0) return;
  const people = [];
  for (const person of demoPeople) people.push(await createUser(deps, person));
  const ids = people.map((person) => person._id);
  const pair = pairOf(String(ids[0]), String(ids[1]));
  await friendships.updateOne({ _id: pair }, { $set: { users: ids, wants: ids } }, { upsert: true });
  for (const [author, text] of words) await insertComment(comments, toPerson(people[author] as never), text);
}
