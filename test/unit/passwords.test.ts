import { describe, expect, test } from "vitest";
import { hashPassword, verifyNothing, verifyPassword } from "../../functions/accounts/passwords.ts";

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
