import { createRequire } from "node:module";
import { expect, test } from "vitest";

test("a password of printable ASCII is what the tables that are left out make of it", () => {
  const { saslprep } = createRequire(createRequire(import.meta.url).resolve("mongodb"))("@mongodb-js/saslprep");
  const all = String.fromCharCode(...Array.from({ length: 95 }, (_, n) => 32 + n));
  for (const text of ["", ...all, all]) expect(saslprep(text)).toBe(text);
});
