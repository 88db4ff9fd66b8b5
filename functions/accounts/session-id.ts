import { createHash } from "node:crypto";

/** The id by which a person names a session, from its stored key; nobody gets back from it to the key. */
export function sessionIdFor(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 16);
}
