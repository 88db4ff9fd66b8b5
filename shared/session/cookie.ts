import { parse } from "cookie";
import signature from "cookie-signature";

/**
 * The session id that a Cookie header carries, as express-session 1.19 reads it (its getcookie): the first cookie of the
 * name, percent-decoded, `s:` in front, a signature of any of the secrets. Anything else, an empty id too, is none.
 */
export function sessionIdOf(header: string | undefined, name: string, secrets: readonly string[]): string | undefined {
  if (!header) return undefined;
  const raw = parse(header)[name];
  if (raw?.slice(0, 2) !== "s:") return undefined;
  for (const secret of secrets) {
    const id = signature.unsign(raw.slice(2), secret);
    if (id !== false) return id || undefined;
  }
  return undefined;
}

/** The value of the cookie for a session id, before percent-encoding. */
export function signedValue(id: string, secret: string): string {
  return `s:${signature.sign(id, secret)}`;
}
