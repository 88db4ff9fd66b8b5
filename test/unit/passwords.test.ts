import { scryptSync } from "node:crypto";
import bcrypt from "bcryptjs";
import { describe, expect, test } from "vitest";
import { hashPassword, verifyAndUpgrade, verifyNothing, verifyPassword } from "../../functions/accounts/passwords.ts";

describe("passwords", () => {
  test("are hashed as a PHC string with its parameters, each with a salt of its own", async () => {
    const [first, second] = await Promise.all([hashPassword("a password"), hashPassword("a password")]);
    expect(first).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
  });

  test("verify byte for byte", async () => {
    const password = "é\u0000👩‍👩‍👧 ".padEnd(64, "x");
    const hash = await hashPassword(password);
    expect(await verifyPassword(password, hash)).toBe(true);
    expect(await verifyPassword(password.normalize("NFD"), hash)).toBe(false);
    expect(await verifyPassword(`${password} `, hash)).toBe(false);
  });

  test("verify a hash of RFC 7914's parameters and vector", async () => {
    // RFC 7914, section 12: scrypt("password", "NaCl", N=1024, r=8, p=16).
    const hash = Buffer.from(
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
      "hex",
    );
    const phc = `$scrypt$ln=10,r=8,p=16$${Buffer.from("NaCl").toString("base64").replace(/=+$/, "")}$${hash.toString("base64").replace(/=+$/, "")}`;
    expect(await verifyPassword("password", phc)).toBe(true);
  });

  test("never verify against another scheme, or nothing", async () => {
    expect(await verifyPassword("a password", "$2b$10$abcdefghijklmnopqrstuv")).toBe(false);
    expect(await verifyPassword("a password", "")).toBe(false);
    expect(await verifyNothing("a password")).toBe(false);
  });
});

const base64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
const saltBytes = Buffer.from("sixteen bytes ok");
const salt = base64(saltBytes);
const key = base64(Buffer.alloc(32));

/** A hash of r = 8, by Node's own scrypt. */
function scryptHash(password: string, ln: number, p: number): string {
  const bytes = scryptSync(password, saltBytes, 32, { N: 2 ** ln, r: 8, p, maxmem: 2 ** 26 });
  return `$scrypt$ln=${ln},r=8,p=${p}$${salt}$${base64(bytes)}`;
}

describe("a stored hash", () => {
  test("of bcrypt verifies under each of its names, by the password's first 72 bytes", async () => {
    const hash = await bcrypt.hash("a pässword", 4);
    for (const name of ["$2a", "$2b", "$2y"]) {
      expect(await verifyPassword("a pässword", hash.replace("$2b", name))).toBe(true);
      expect(await verifyPassword("a password", hash.replace("$2b", name))).toBe(false);
    }
    const long = "x".repeat(72);
    expect(await verifyPassword(`${long}and so on`, await bcrypt.hash(long, 4))).toBe(true);
  });

  test.each([
    `$2b$16$${"A".repeat(53)}`,
    `$2b$31$${"A".repeat(53)}`,
    `$2b$03$${"A".repeat(53)}`,
    `$2b$99$${"A".repeat(53)}`,
    `$2x$10$${"A".repeat(53)}`,
    `$2b$10$${"A".repeat(52)}`,
    `$2b$10$${"!".repeat(53)}`,
    `$scrypt$ln=0,r=8,p=5$${salt}$${key}`,
    `$scrypt$ln=14,r=0,p=5$${salt}$${key}`,
    `$scrypt$ln=14,r=8,p=0$${salt}$${key}`,
    `$scrypt$ln=31,r=99,p=99$${salt}$${key}`,
    `$scrypt$ln=99,r=8,p=1$${salt}$${key}`,
    `$scrypt$ln=16,r=1,p=1$${salt}$${key}`,
    `$scrypt$ln=14,r=8,p=99$${salt}$${key}`,
    `$scrypt$ln=14,r=8,p=5$${salt}$A`,
    `$scrypt$ln=14,r=8,p=5$${salt}$`,
    `$scrypt$ln=14,r=8,p=5$${salt}$${key}\n`,
    `$scrypt$ln=4,r=8,p=1$${salt}$${"A".repeat(4_000)}`,
    `$argon2id$v=19$m=47104,t=1,p=1$${salt}$${key}`,
    "plain text",
    "",
  ])("that is malformed, too dear or unknown never verifies, and is no error: %j", async (stored) => {
    const started = performance.now();
    expect(await verifyPassword("plain text", stored)).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("an upgrade", () => {
  const recorder = (fail = false) => {
    const replaced: [string, string][] = [];
    const warnings: unknown[] = [];
    const replace = async (next: string, old: string) => {
      if (fail) throw new Error("no database");
      replaced.push([next, old]);
    };
    return { replaced, warnings, replace, log: { warn: (about: unknown) => void warnings.push(about) } as never };
  };
  const weak = scryptHash("right", 10, 1);
  const strong = scryptHash("right", 15, 5);

  test.each([
    ["a cheaper scrypt hash", () => weak],
    ["a bcrypt hash", () => bcrypt.hashSync("right", 4)],
    ["even a dear bcrypt hash", () => bcrypt.hashSync("right", 11)],
  ])("replaces %s once the password is right, and not before", async (_, make) => {
    const old = make();
    const upgrade = recorder();
    expect(await verifyAndUpgrade("wrong", old, upgrade)).toBe(false);
    expect(upgrade.replaced).toEqual([]);
    expect(await verifyAndUpgrade("right", old, upgrade)).toBe(true);
    const [[next, replaced] = ["", ""]] = upgrade.replaced;
    expect([upgrade.replaced.length, replaced]).toEqual([1, old]);
    expect(next).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
    expect(await verifyPassword("right", next)).toBe(true);
  });

  test("replaces nothing that is as strong, or that nobody asked to be replaced", async () => {
    const upgrade = recorder();
    expect(await verifyAndUpgrade("right", await hashPassword("right"), upgrade)).toBe(true);
    expect(await verifyAndUpgrade("right", strong, upgrade)).toBe(true);
    expect(await verifyAndUpgrade("right", weak)).toBe(true);
    expect(await verifyAndUpgrade("right", undefined, upgrade)).toBe(false);
    expect(upgrade.replaced).toEqual([]);
  });

  test("does not make of a slip beyond bcrypt's 72 bytes the password", async () => {
    const upgrade = recorder();
    const password = "x".repeat(80);
    const old = bcrypt.hashSync(password, 4);
    expect(await verifyAndUpgrade(`${password} with a slip`, old, upgrade)).toBe(true);
    expect(upgrade.replaced).toEqual([]);
  });

  test("that fails is told, and the password stays right", async () => {
    const upgrade = recorder(true);
    expect(await verifyAndUpgrade("right", weak, upgrade)).toBe(true);
    expect(upgrade.warnings).toHaveLength(1);
  });
});

describe("many hashes at once", () => {
  const weakest = scryptHash("x", 1, 1);

  test("wait in a queue that has an end, and all that waited are done", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 80 }, () => verifyPassword("x", weakest)));
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(outcomes.filter((each) => each.status === "fulfilled" && each.value)).toHaveLength(67);
    expect(refused).toHaveLength(13);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({ code: "unavailable", status: 503, retryAfter: 1 });
    }
    expect(await verifyPassword("x", weakest)).toBe(true);
  });
});
