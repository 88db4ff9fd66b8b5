import { limits } from "../../shared/contracts/limits.ts";

/** An id that nothing has. */
export const id = "0123456789abcdef01234567";
export const json = "application/json";
export const form = "application/x-www-form-urlencoded";
const signUp = { username: "mallory", password: "correct horse battery", firstName: "M", lastName: "M" };

/** Every route of the app: what it takes that is right, or nothing. */
export const walk: Record<string, { type?: string; right?: Record<string, string>; query?: Record<string, string> }> = {
  "GET /health": {},
  "GET /ready": {},
  "GET /": {},
  "GET /signup": {},
  "GET /dashboard": {},
  "GET /assets/:file": {},
  "GET /login": {},
  "GET /logout": {},
  "POST /login": { type: form, right: { username: "nobody", password: "nothing at all" } },
  "POST /signup": { type: form, right: signUp },
  "POST /logout": {},
  "GET /api/openapi.json": {},
  "GET /api/docs": {},
  "POST /api/users": { type: json, right: signUp },
  "GET /api/users": { query: { q: "a" } },
  "POST /api/session": { type: json, right: { username: "nobody", password: "nothing at all" } },
  "GET /api/session": {},
  "DELETE /api/session": {},
  "GET /api/sessions": {},
  "DELETE /api/sessions": {},
  "DELETE /api/sessions/:id": {},
  "PUT /api/password": { type: json, right: { current: "not the password", next: "another passphrase" } },
  "GET /api/me": {},
  "PATCH /api/me": { type: json, right: { firstName: "M" } },
  "DELETE /api/me": { type: json, right: { password: "not the password" } },
  "GET /api/friends": { query: { after: "x" } },
  "PUT /api/friends/:userId": {},
  "DELETE /api/friends/:userId": {},
  "PUT /api/blocks/:userId": {},
  "DELETE /api/blocks/:userId": {},
  "POST /api/comments": { type: json, right: { body: "Hello" } },
  "GET /api/comments": { query: { before: "x", after: "x", time: "x", limit: "x" } },
  "DELETE /api/comments/:id": {},
};

/** One byte more than a body can have. */
export const oversized = "x".repeat(limits.bodyBytes + 1);

const hostileValues: unknown[] = [
  undefined,
  null,
  true,
  17,
  1e308,
  "",
  "\ud800",
  "a".repeat(5_000),
  [],
  ["a"],
  {},
  { $gt: "" },
  { $ne: null },
  { $where: "sleep(1000)" },
  { toString: "x" },
];

/** JSON bodies that are wrong in one way each, made from one that is right. */
export function bodiesFor(right: Record<string, string>): string[] {
  const changed = Object.keys(right).flatMap((key) =>
    hostileValues.map((value) => JSON.stringify({ ...right, [key]: value })),
  );
  const whole = [
    "",
    "{",
    "null",
    "[]",
    "17",
    '"text"',
    "{}",
    "\ufeff",
    "[".repeat(20_000),
    `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
  ];
  const extra = ["_id", "author", "role", "createdAt", "passport", "$set", "constructor", "prototype"].map((key) =>
    JSON.stringify({ ...right, [key]: { $gt: "" } }),
  );
  const proto = `{"__proto__":{"isAdmin":true},${JSON.stringify(right).slice(1)}`;
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n])));
  return [...changed, ...whole, ...extra, proto, many];
}

/** URL-encoded forms that are wrong in one way each, made from one that is right. */
export function formsFor(right: Record<string, string>): string[] {
  const changed = Object.keys(right).flatMap((key) => {
    const { [key]: _, ...others } = right;
    const rest = new URLSearchParams(others).toString();
    return ["", `${key}=`, `${key}[$gt]=`, `${key}.$gt=1`, `${key}=${"a".repeat(5_000)}`, `${key}=%ff%fe`].map(
      (text) => `${rest}&${text}`,
    );
  });
  const extra = ["_id", "role", "__proto__", "constructor"].map((key) => `${new URLSearchParams(right)}&${key}=1`);
  return [...changed, ...extra, "", "&&&=", "%", "a=b"];
}
