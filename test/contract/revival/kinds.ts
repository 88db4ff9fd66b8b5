import { scryptSync } from "node:crypto";

/** What the request R does while L signs its session out. */
export const kinds = [
  "reads",
  "modifies",
  "saves",
  "reloads",
  "rotates",
  "rotates-by-login",
  "copies",
  "signs-in",
] as const;
export type Kind = (typeof kinds)[number];

/** The kinds whose new session a password vouches for: it may live on, whatever became of the old one. */
export const byPassword: ReadonlySet<Kind> = new Set(["signs-in"]);

export const password = "correct horse battery staple";

/** scrypt of `password` with the least cost there is: thousands of runs sign in. */
export function cheapHash(): string {
  const salt = Buffer.alloc(16, 7);
  const bare = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
  return `$scrypt$ln=4,r=8,p=1$${bare(salt)}$${bare(scryptSync(password, salt, 32, { N: 16, r: 8, p: 1 }))}`;
}

/** An app under test: each call is one request with a session's cookie, and resolves to its status. */
export interface Subject extends AsyncDisposable {
  name: string;
  /** `actor` names the request to the latches; undefined for one that they let through. */
  request(kind: Kind, cookie: string, username: string, actor: string | undefined): Promise<number>;
  signOut(cookie: string, actor: string): Promise<number>;
  isSignedIn(cookie: string): Promise<boolean>;
}
