import { LRUCache } from "lru-cache";
import type { ClientSession } from "mongodb";
import { Types } from "mongoose";
import type { Person } from "../../shared/contracts/people.ts";
import { toPerson, type UserModel, type UserRecord } from "../../shared/models/user.ts";
import { within } from "../../shared/read-at.ts";

/** People kept at most; one is less than 1 KB. */
const maxPeople = 10_000;

/** What people are called: kept like the friend sets of Audience, and dropped by the same stream when it changes. */
export class People {
  readonly #people = new LRUCache<string, Person>({ max: maxPeople });
  readonly #users: UserModel;

  constructor(users: UserModel) {
    this.#users = users;
  }

  /** People by id, with one query for all that are not known; `session` is at the batch's time or later. */
  async of(ids: Iterable<string>, session: ClientSession): Promise<Map<string, Person>> {
    const people = new Map<string, Person>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const known = this.#people.get(id);
      if (known) people.set(id, known);
      else missing.push(id);
    }
    if (missing.length > 0) {
      const found = this.#users.collection.find(
        { _id: { $in: missing.map((id) => new Types.ObjectId(id)) } },
        within(session),
      );
      for await (const user of found) {
        const person = toPerson(user as unknown as UserRecord);
        this.#people.set(person.id, person);
        people.set(person.id, person);
      }
    }
    return people;
  }

  forget(id: string): void {
    this.#people.delete(id);
  }

  clear(): void {
    this.#people.clear();
  }
}
