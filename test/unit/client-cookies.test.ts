import { expect, test } from "vitest";
import { createCookies } from "../../functions/client/cookies.ts";

const setting = (...lines: string[]) => new Response(null, { headers: lines.map((line) => ["set-cookie", line]) });

test("a program's cookies are kept by name, and forgotten where the server takes them back", () => {
  const cookies = createCookies();
  expect(cookies.header).toBeUndefined();
  cookies.take(setting("connect.sid=s%3Aabc.d=ef; Path=/; HttpOnly", "other=1; Max-Age=60"));
  expect(cookies.header).toBe("connect.sid=s%3Aabc.d=ef; other=1");
  cookies.take(setting("connect.sid=s%3Anew.d; Path=/; Expires=Tue, 01 Jan 2999 00:00:00 GMT"));
  expect(cookies.header).toBe("connect.sid=s%3Anew.d; other=1");
  cookies.take(setting("other=1; max-age=0"));
  cookies.take(setting("connect.sid=gone; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"));
  expect(cookies.header).toBeUndefined();
});
