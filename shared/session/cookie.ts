import { parse } from "cookie";
import signature from "cookie-signature";
import { LRUCache } from "lru-cache";

/** What cookie-signature signs with. */
export type Secret = string | Buffer;

/**
 * The session id that a Cookie header carries, as express-session 1.19 reads it (its getcookie): the first cookie of the
 * name, percent-decoded, `s:` in front, a signature of any of the secrets. Anything else, an empty id too, is none.
 */
export function sessionIdOf(header: string | undefined, name: string, secrets: readonly Secret[]): string | undefined {
  if (!header) return undefined;
  const cookies = parse(header);
  const raw = Object.hasOwn(cookies, name) ? cookies[name] : undefined;
  if (raw?.slice(0, 2) !== "s:") return undefined;
  for (const secret of secrets) {
    const id = signature.unsign(raw.slice(2), secret);
    if (id !== false) return id || undefined;
  }
  return undefined;
}

/** Verified headers kept at most, and how long one may be to be kept: whoever is signed in can send any other cookie. */
const keptHeaders = 10_000;
const keptLength = 512;

/**
 * sessionIdOf for one name and set of secrets, which verifies a header once as long as it remembers it: parsing and an
 * HMAC are a sixth of what a request with a session costs. A verified signature stays one; only whose it is, and
 * whether it still counts, must be asked each time.
 */
export function sessionIdReader(
  name: string,
  secrets: readonly Secret[],
): (header: string | undefined) => string | undefined {
  const verified = new LRUCache<string, string>({ max: keptHeaders });
  return (header) => {
    if (!header || header.length > keptLength) return sessionIdOf(header, name, secrets);
    const known = verified.get(header);
    if (known) return known;
    const id = sessionIdOf(header, name, secrets);
    if (id) verified.set(header, id);
    return id;
  };
}

/** The value of the cookie for a session id, before percent-encoding. */
export function signedValue(id: string, secret: Secret): string {
  return `s:${signature.sign(id, secret)}`;
}
