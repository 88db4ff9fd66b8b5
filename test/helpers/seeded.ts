import type { Page } from "playwright-core";
import { afterAll, afterEach } from "vitest";
import { hashPassword } from "../../functions/accounts/passwords.ts";
import { insertComment } from "../../functions/comments/create.ts";
import { befriend, databaseTime, insertComments, insertPeople } from "../../infra/records.ts";
import { readConfig } from "../../shared/config.ts";
import type { Comment } from "../../shared/contracts/comments.ts";
import type { Person } from "../../shared/contracts/people.ts";
import { openDatabase } from "../../shared/database.ts";
import { type Client, testPassword } from "./client.ts";
import { Pages, someone } from "./pages.ts";
import { dashboardOf, newClient } from "./scene.ts";

/** People in the database of some pages, written there without asking the API. */
export interface Seeded extends AsyncDisposable {
  /** Somebody who has friends, and did not sign up in a browser. */
  person(firstName: string, friends?: readonly Person[]): Promise<Person>;
  /** Comments of the past, from the oldest, so many seconds from each other, the last a minute ago; in turn by the authors. */
  history(authors: readonly Person[], bodies: readonly string[], apart?: number): Promise<void>;
  /** Comments now, as a function does. */
  comment(author: Person, body: string): Promise<Comment>;
  /** A seeded person, signed in without a browser. */
  client(person: Person): Promise<Client>;
  /** A live dashboard of a seeded person. */
  dashboard(person: Person, page?: Page): Promise<Page>;
}

/** Pages and their people for one test file, until its last test is over. */
export async function seededPages(): Promise<{ pages: Pages; seeded: Seeded }> {
  const pages = await Pages.start();
  afterAll(() => pages[Symbol.asyncDispose]());
  const seeded = await openSeeded(pages);
  // Hooks at the end run from the last to the first.
  afterAll(() => seeded[Symbol.asyncDispose]());
  afterEach(() => pages.closeAll());
  return { pages, seeded };
}

export async function openSeeded(pages: Pages): Promise<Seeded> {
  const database = await openDatabase(readConfig(pages.processes.environment));
  const password = await hashPassword(testPassword);

  async function client(person: Person): Promise<Client> {
    const made = newClient(pages);
    await made.signIn({ me: person });
    return made;
  }

  return {
    async person(firstName, friends = []) {
      const [made] = (await insertPeople(database, [someone(firstName)], password)) as [Person];
      await befriend(
        database,
        friends.map((friend) => [made, friend]),
      );
      return made;
    },
    async history(authors, bodies, apart = 60) {
      const last = (await databaseTime(database)).getTime() - 60_000;
      const comments = bodies.map((body, i) => ({
        author: authors[i % authors.length] as Person,
        body,
        at: new Date(last - (bodies.length - 1 - i) * apart * 1_000),
      }));
      await insertComments(database, comments);
    },
    comment: (author, body) => insertComment(database.models.comments, author, body),
    client,
    dashboard: async (person, page) => dashboardOf(pages, await client(person), page),
    async [Symbol.asyncDispose]() {
      await database.close();
    },
  };
}
