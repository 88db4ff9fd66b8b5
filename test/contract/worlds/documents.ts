import type { CryptoAdapter } from "connect-mongo";
import { BSON, type Collection } from "mongodb";

/** What stands in our documents beside connect-mongo's fields. */
const siblings = ["user", "since"];

/** The documents of a collection, oldest first: canonical Extended JSON, which keeps the order of keys and every type. */
export async function readDocuments(
  collection: Collection,
  adapter: CryptoAdapter | undefined,
): Promise<{ id: string; text: string }[]> {
  const raw = (await collection.find({}, { raw: true }).toArray()) as unknown as Uint8Array[];
  return Promise.all(
    raw.map(async (bytes) => {
      const document = BSON.deserialize(bytes, { promoteValues: false });
      for (const key of siblings) delete document[key];
      // `timestamps` has the server's clock, which goes on.
      if (document.updatedAt instanceof Date) document.updatedAt = "<a date>";
      if (adapter && typeof document.session === "string") {
        document.session = { decrypted: await adapter.decrypt(document.session) };
      }
      return { id: String(document._id), text: BSON.EJSON.stringify(document, { relaxed: false }) };
    }),
  );
}
