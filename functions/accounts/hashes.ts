import { scrypt, timingSafeEqual } from "node:crypto";

export interface ScryptCost {
  /** The base 2 logarithm of N. */
  ln: number;
  r: number;
  p: number;
}

/** A stored hash that can be verified. */
export type StoredHash = { scheme: "scrypt"; cost: ScryptCost; salt: Buffer; key: Buffer } | { scheme: "bcrypt" };

/** What a check may cost: 256 MiB, and thirteen times the work of a hash of today; bcrypt: about three seconds. */
const most = { blocks: 2 ** 21, work: 2 ** 23, bcrypt: 15 };
const leastKeyBytes = 16;

/** Reads a stored hash; undefined for one of another scheme, one that is malformed and one that costs too much to check. */
export function readHash(text: string): StoredHash | undefined {
  const rounds = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text)?.[1];
  if (rounds !== undefined) {
    return Number(rounds) >= 4 && Number(rounds) <= most.bcrypt ? { scheme: "bcrypt" } : undefined;
  }
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text);
  if (!match) return undefined;
  const [ln, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  const [salt, key] = match.slice(4).map((part) => Buffer.from(part, "base64")) as [Buffer, Buffer];
  const cost = { ln, r, p };
  // Of RFC 7914: N is more than 1 and less than 2^(128 * r / 8).
  const isSound = ln >= 1 && r >= 1 && p >= 1 && ln < 16 * r;
  // Any password would match a key of no bytes.
  if (!isSound || key.length < leastKeyBytes || key.length > 64) return undefined;
  return 2 ** ln * r > most.blocks || work(cost) > most.work ? undefined : { scheme: "scrypt", cost, salt, key };
}

/** Whether a hash is strictly easier to break than one of `cost`. */
export function isWeaker(hash: StoredHash, cost: ScryptCost): boolean {
  return hash.scheme === "bcrypt" || work(hash.cost) < work(cost);
}

/** Whether a hash says nothing of what a password has beyond its first 72 bytes. */
export function ignoresEnd(hash: StoredHash, password: string): boolean {
  return hash.scheme === "bcrypt" && Buffer.byteLength(password) > 72;
}

/** Whether a password is the one of a hash, which `text` is as it was stored. */
export async function matches(password: string, hash: StoredHash, text: string): Promise<boolean> {
  if (hash.scheme === "bcrypt") {
    const { default: bcrypt } = await import("bcryptjs");
    return bcrypt.compare(password, text);
  }
  return timingSafeEqual(await derive(password, hash.salt, hash.cost, hash.key.length), hash.key);
}

export function derive(password: string, salt: Buffer, { ln, r, p }: ScryptCost, bytes: number): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, { N, r, p, maxmem: 256 * N * r + 256 * r * p }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function work({ ln, r, p }: ScryptCost): number {
  return 2 ** ln * r * p;
}
