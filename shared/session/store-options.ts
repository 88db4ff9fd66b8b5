import type { MongoStore } from "connect-mongo";
import type { MongoClient } from "mongodb";

/** connect-mongo's own options for how a session is stored: whoever shares the collection has to use the same. */
export type StorageOptions = Partial<
  Pick<
    ConstructorParameters<typeof MongoStore>[0],
    "collectionName" | "transformId" | "stringify" | "serialize" | "unserialize" | "cryptoAdapter" | "timestamps"
  >
>;

export interface SessionStoreOptions extends StorageOptions {
  /** Connected, and its owner's to close. */
  client: MongoClient;
  dbName: string;
  /** How long a session lives that is not used and whose cookie says nothing else, in milliseconds. */
  idle: number;
  /** How long a session lives at most from the sign-in on, in milliseconds. */
  absolute: number;
  /** Milliseconds between two writes of a session that is only used (0). */
  touchAfter?: number;
  /** After how many milliseconds a read fails as `unavailable` (5,000). */
  deadline?: number;
  /** Told the key of a record that is there and cannot be read, as after a change of its format. */
  onUnreadable?: (key: string) => void;
}
