import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** One of OWASP's scrypt settings: N = 2^14, r = 8, p = 5 takes 16 MiB, and runs on every platform that Kith runs on. */
const cost = { ln: 14, r: 8, p: 5 } as const;
const keyBytes = 32;

/** A PHC string: `$scrypt$ln=14,r=8,p=5$salt$hash`, base64 without padding. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost, keyBytes);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(hash)}`;
}

/** Whether a password is the one of a PHC string; false for a string of another scheme. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (!match) return false;
  const [ln, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  const expected = Buffer.from(match[5] as string, "base64");
  const actual = await derive(password, Buffer.from(match[4] as string, "base64"), { ln, r, p }, expected.length);
  return timingSafeEqual(actual, expected);
}

/** The hash of nothing that anybody knows, with today's cost. */
const decoy = `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${base64(Buffer.alloc(16))}$${base64(Buffer.alloc(keyBytes))}`;

/** As long as a real check takes, for a user that does not exist. */
export async function verifyNothing(password: string): Promise<false> {
  await verifyPassword(password, decoy);
  return false;
}

function derive(
  password: string,
  salt: Buffer,
  { ln, r, p }: { ln: number; r: number; p: number },
  bytes: number,
): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
