import { createHash } from "node:crypto";

/** What a log may hold of a session id or key: enough to follow one, too little to be one. */
export function shortHash(value: string): string {
  return createHash("sha256").update(value).digest("base64url").slice(0, 10);
}
