import { Timestamp } from "mongodb";
import { Types } from "mongoose";
import type { Page } from "playwright-core";
import { hashPassword } from "../../functions/accounts/passwords.ts";
import { insertComment } from "../../functions/comments/create.ts";
import { readConfig } from "../../shared/config.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { nameFields, normalUsername, toPerson, type UserRecord } from "../../shared/models/user.ts";
import { testPassword } from "./client.ts";
import { type Pages, type SignUp, someone } from "./pages.ts";

const { ObjectId } = Types;

/** People in the database of some pages, written there without asking the API. */
export interface Seeded extends AsyncDisposable {
  /** Somebody who has `friends`, and did not sign up in a browser. */
  person(firstName: string, friends?: readonly UserRecord[]): Promise<UserRecord>;
  /** Comments of the past, from the oldest, `apart` seconds from each other, the last `ago` seconds ago. */
  history(
    authors: readonly UserRecord[],
    bodies: readonly string[],
    times?: { apart?: number; ago?: number },
  ): Promise<void>;
  /** Comments now, as a function does. */
  comment(author: UserRecord, body: string): Promise<Comment>;
  /** Signs a seeded person in. */
  signIn(user: UserRecord, page: Page): Promise<void>;
  /** A live dashboard of a seeded person. */
  dashboard(user: UserRecord, page?: Page): Promise<Page>;
}

export async function openSeeded(pages: Pages): Promise<Seeded> {
  const database = await openDatabase(readConfig(pages.processes.environment));
  const { models } = database;
  const password = await hashPassword(testPassword);
  async function signIn(user: UserRecord, page: Page): Promise<void> {
    await page.goto(pages.url);
    await page.getByLabel("Username").fill(user.username);
    await page.getByLabel("Password").fill(testPassword);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/dashboard");
  }

  return {
    async person(firstName, friends = []) {
      const user = userOf(someone(firstName), password);
      await models.users.collection.insertOne(user as never);
      if (friends.length > 0)
        await models.friendships.collection.insertMany(friends.map((friend) => pair(user, friend)));
      return user;
    },
    history: (authors, bodies, times) => writeHistory(database, authors, bodies, times),
    comment: (author, body) => insertComment(models.comments, toPerson(author), body),
    signIn,
    async dashboard(user, given) {
      const page = given ?? (await pages.newPage());
      await signIn(user, page);
      await pages.live(page);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await database.close();
    },
  };
}

async function writeHistory(
  { models }: Database,
  authors: readonly UserRecord[],
  bodies: readonly string[],
  { apart = 60, ago = 60 }: { apart?: number; ago?: number } = {},
): Promise<void> {
  const now = Math.floor(Date.now() / 1_000);
  await models.comments.collection.insertMany(
    bodies.map((body, i) => ({
      author: authors[i % authors.length]?._id as Types.ObjectId,
      body,
      at: new Timestamp({ t: now - ago - apart * (bodies.length - 1 - i), i: 1 }),
    })) as never[],
  );
}

function userOf({ username, firstName, lastName }: SignUp, password: string): UserRecord {
  const names = { username, firstName, lastName };
  return {
    _id: new ObjectId(),
    displayName: username,
    ...names,
    ...nameFields(names),
    username: normalUsername(username),
    password,
    createdAt: new Date(),
  };
}

function pair(a: UserRecord, b: UserRecord): never {
  const users = [a, b].sort((one, other) => (one._id.toHexString() < other._id.toHexString() ? -1 : 1));
  const both = users.map(({ _id }) => _id);
  return { _id: pairOf(a._id.toHexString(), b._id.toHexString()), users: both, wants: both } as never;
}
