import type { Connection, Types } from "mongoose";
import type { Person } from "../contracts/people.ts";
import { loadMongoose } from "../mongoose.ts";

export interface UserRecord {
  _id: Types.ObjectId;
  /** The normal form, by which a user is found: see `normalUsername`. Unique. */
  username: string;
  /** As it was typed at sign-up. */
  displayName: string;
  firstName: string;
  lastName: string;
  /** By which lists of people are sorted. */
  sortName: string;
  /** What a search for people compares the start of. */
  searchKeys: string[];
  /** A PHC string. */
  password: string;
  createdAt: Date;
  /** How often the password was changed or reset; absent means never. A mere upgrade of its hash does not count. */
  passwordChanges?: number;
  /** Since when nobody can sign in as this user. */
  disabledAt?: Date;
}

export const usersCollection = "users";

export function userModel(connection: Connection) {
  const { Schema } = loadMongoose();
  const schema = new Schema<UserRecord>(
    {
      username: { type: String, required: true },
      displayName: { type: String, required: true },
      firstName: { type: String, required: true },
      lastName: { type: String, required: true },
      sortName: { type: String, required: true },
      searchKeys: { type: [String], required: true },
      password: { type: String, required: true },
      createdAt: { type: Date, required: true },
      passwordChanges: { type: Number },
      disabledAt: { type: Date },
    },
    { collection: usersCollection, versionKey: false },
  );
  schema.index({ username: 1 }, { unique: true });
  schema.index({ searchKeys: 1 });

  return connection.model("User", schema);
}
export type UserModel = ReturnType<typeof userModel>;

/** Usernames are ASCII, so lower case is the whole of their normal form. */
export function normalUsername(username: string): string {
  return username.toLowerCase();
}

/** The fields that follow from a person's names. */
export function nameFields(names: { username: string; firstName: string; lastName: string }) {
  const full = searchKey(`${names.firstName} ${names.lastName}`);
  return {
    sortName: full,
    searchKeys: [...new Set([normalUsername(names.username), full, searchKey(names.lastName)])],
  };
}

/** As many characters of a name as are compared: the compatible form of one character can be eighteen long. */
const comparedCharacters = 160;

/** The form in which names and searches are compared: compatible characters alike, case folded, spaces single. */
export function searchKey(text: string): string {
  const folded = text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
  return [...folded].slice(0, comparedCharacters).join("");
}

/** What others see of a user. */
export function toPerson(user: Pick<UserRecord, "_id" | "displayName" | "firstName" | "lastName">): Person {
  return {
    id: user._id.toHexString(),
    username: user.displayName,
    firstName: user.firstName,
    lastName: user.lastName,
  };
}
