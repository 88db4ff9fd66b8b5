import { randomBytes } from "node:crypto";
import pLimit from "p-limit";
import { AppError } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import { derive, ignoresEnd, isWeaker, matches, readHash } from "./hashes.ts";

/** One of OWASP's scrypt settings: N = 2^14, r = 8, p = 5 takes 16 MiB, and runs on every platform that Kith runs on. */
const cost = { ln: 14, r: 8, p: 5 } as const;
const keyBytes = 32;

/** How many hashes a process works on at once: one of the four threads of Node's pool stays free for names and files. */
const atOnce = pLimit(3);
/** How many more may wait, which is for some seconds. */
const waiting = 64;

/** A PHC string: `$scrypt$ln=14,r=8,p=5$salt$hash`, base64 without padding. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await inTurn(() => derive(password, salt, cost, keyBytes));
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(hash)}`;
}

/**
 * Whether a password is the one of a stored hash: a PHC string of scrypt, or a bcrypt hash ($2a, $2b, $2y), of which, as
 * everywhere, the password's first 72 bytes count. False, as late as for a wrong password, for what is neither.
 */
export function verifyPassword(password: string, stored: string): Promise<boolean> {
  const hash = readHash(stored);
  return hash ? inTurn(() => matches(password, hash, stored)) : verifyNothing(password);
}

/** The hash of nothing that anybody knows, with today's cost. */
const decoy = `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(Buffer.alloc(16))}$${base64(Buffer.alloc(keyBytes))}`;

/** As long as a real check takes, for a user that does not exist. */
export async function verifyNothing(password: string): Promise<false> {
  await verifyPassword(password, decoy);
  return false;
}

/**
 * verifyPassword, for any directory of users: `stored` is undefined for nobody. Where the password is right and its hash
 * weaker than one of today, `replace` is handed a new one; it has to write only over the old one, which somebody may be
 * changing at the same time. If that fails it is logged, and the password stays right.
 */
export async function verifyAndUpgrade(
  password: string,
  stored: string | undefined,
  upgrade?: { replace: (next: string, old: string) => Promise<unknown>; log: Pick<Log, "warn"> },
): Promise<boolean> {
  if (stored === undefined) return verifyNothing(password);
  if (!(await verifyPassword(password, stored))) return false;
  const hash = readHash(stored);
  // Of a longer password only the start was proved: a slip in the rest must not become the password.
  if (upgrade && hash && isWeaker(hash, cost) && !ignoresEnd(hash, password)) {
    try {
      await upgrade.replace(await hashPassword(password), stored);
    } catch (error) {
      upgrade.log.warn({ err: error }, "a password hash could not be upgraded");
    }
  }
  return true;
}

/** @throws AppError `unavailable` when too many hashes wait already */
function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  if (atOnce.pendingCount >= waiting) {
    const cause = new Error(`${waiting} passwords wait to be hashed.`);
    return Promise.reject(new AppError("unavailable", { cause, retryAfter: 1 }));
  }
  return atOnce(work);
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
