import { Hono } from "hono";
import { expect, test } from "vitest";
import type { Authenticator } from "../../functions/accounts/passport.ts";
import type { Env } from "../../functions/http/api.ts";
import { requireUser } from "../../functions/http/require-user.ts";
import type { AppError } from "../../shared/errors.ts";

const id = "0123456789abcdef01234567";

function ask(isSignedIn: boolean, headers: Record<string, string>) {
  const user = isSignedIn ? { _id: { toHexString: () => id } } : undefined;
  const app = new Hono<Env>();
  app.onError((error, c) => c.text((error as AppError).code, 401));
  app.use(requireUser({ userOf: async () => user } as unknown as Authenticator));
  app.get("/", (c) => c.text(c.get("user")._id.toHexString()));
  return Promise.resolve(app.request("/", { headers })).then((response) => response.text());
}

test.each([
  [true, {}, id],
  [true, { "Kith-User": id }, id],
  [true, { "Kith-User": "0123456789abcdef01234568" }, "unauthenticated"],
  [true, { "Kith-User": "" }, "unauthenticated"],
  [false, {}, "unauthenticated"],
  [false, { "Kith-User": id }, "unauthenticated"],
])("signed in: %s, asked with %j: %s", async (isSignedIn, headers, answer) => {
  expect(await ask(isSignedIn, headers)).toBe(answer);
});
