import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import type { Deps } from "../../functions/deps.ts";
import type { Env } from "../../functions/http/api.ts";
import { tooMany } from "../../functions/http/too-many.ts";
import { pages } from "../../functions/pages/index.ts";
import { readConfig } from "../../shared/config.ts";
import { AppError } from "../../shared/errors.ts";

const user = { _id: { toHexString: () => "0123456789abcdef01234567" } };
const scripts = { script: "/assets/dashboard-AAAAAAAA.js", door: "/assets/door-AAAAAAAA.js" };
const clearingCookie = "connect.sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT";

interface Situation {
  isSignedIn?: boolean;
  /** What happens when the credentials are checked. */
  check?: () => Promise<unknown>;
  /** What happens when a user is created. */
  create?: () => Promise<unknown>;
  isBreached?: boolean;
  /** What happens when an attempt is counted. */
  guard?: () => Promise<unknown>;
  countSignUp?: () => Promise<unknown>;
}

/** The pages on stubs; an error that they do not show is answered with 599 and its code. */
function app(situation: Situation = {}) {
  const signedIn: unknown[] = [];
  const app = new Hono<Env>();
  app.onError((error, c) => c.text(error instanceof AppError ? error.code : String(error), 599 as never));
  app.route(
    "/",
    pages({
      config: readConfig({ NODE_ENV: "test", MONGODB_URI: "mongodb://unused/kith", SESSION_SECRETS: "unused" }),
      assets: { ...scripts, style: "/assets/style-AAAAAAAA.css", files: new Map() },
      log: { info() {} },
      clearingCookie,
      isBreached: async () => situation.isBreached ?? false,
      attempts: {
        guard: situation.guard ?? ((_: unknown, check: () => unknown) => check()),
        countSignUp: situation.countSignUp ?? (async () => {}),
      },
      addressOf: () => "unknown",
      ownsAccounts: true,
      database: { models: { users: { create: situation.create ?? (async () => {}) } } },
      authenticator: {
        userOf: async () => (situation.isSignedIn ? user : undefined),
        check: situation.check ?? (async () => user),
        signIn: async (_: unknown, who: unknown) => void signedIn.push(who),
        signOut: async () => {},
      },
    } as unknown as Deps),
  );
  const post = (path: string, fields: Record<string, string>) =>
    app.request(path, { method: "POST", body: new URLSearchParams(fields) });
  return { app, post, signedIn };
}
const words = { username: "ada", password: "correct horse battery" };
const unexplained = "Your session has ended. Sign in to continue.";
const names = { firstName: "Ada", lastName: "Moreau" };

describe("too many attempts", () => {
  const refuse = () => Promise.reject(tooMany("Too many attempts.", 90_000));
  test.each([
    ["/login", { guard: refuse }, words],
    ["/signup", { countSignUp: refuse }, { ...words, ...names }],
  ])("%s shows the form again, and says when", async (path, situation, fields) => {
    const { post, signedIn } = app(situation);
    const response = await post(path, fields);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "90"]);
    const html = await response.text();
    expect(html).toContain("<li>Too many attempts. Try again in 2 minutes.</li>");
    expect(html).toContain('value="ada"');
    expect(html).not.toContain(words.password);
    expect(signedIn).toEqual([]);
  });
});

describe("who sees which page", () => {
  test.each([
    ["/", true, "/dashboard"],
    ["/signup", true, "/dashboard"],
    ["/dashboard", false, "/"],
    ["/login", false, "/"],
    ["/logout", true, "/"],
  ])("%s, signed in: %s, leads to %s", async (path, isSignedIn, target) => {
    const response = await app({ isSignedIn }).app.request(path);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(target);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test.each([
    ["/", false],
    ["/signup", false],
    ["/dashboard", true],
  ])("%s is a page without anything inline", async (path, isSignedIn) => {
    const response = await app({ isSignedIn }).app.request(path);
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|"javascript:/i);
    const script = scripts[path === "/dashboard" ? "script" : "door"];
    expect(html.match(/<script[^>]*>/g)).toEqual([`<script type="module" src="${script}">`]);
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(response.headers.get("referrer-policy")).toBe("same-origin");
  });

  test("the dashboard may open sockets where its script is told to, and nowhere else", async () => {
    const response = await app({ isSignedIn: true }).app.request("http://127.0.0.1:3000/dashboard");
    expect(await response.text()).toContain('name="kith-realtime" content="http://127.0.0.1:3001"');
    expect(response.headers.get("content-security-policy")).toContain("connect-src 'self' ws://127.0.0.1:3001;");
  });

  test.each([
    ["signedOut", "You have signed out."],
    ["endedElsewhere", "You were signed out from another device. Sign in to continue."],
    ["passwordChanged", "Your password was changed, so you were signed out. Sign in with the new one."],
    ["accountDeleted", "This account was deleted."],
    ["accountDisabled", "This account is disabled."],
    ["expired", "Your session has expired. Sign in to continue."],
    ...["replaced", "unknown", "1", "constructor", "", "%3Cb%3Eowned"].map((reason) => [reason, unexplained]),
  ])("the sign-in page says why a session has ended: %s", async (reason, sentence) => {
    const html = await (await app().app.request(`/?ended=${reason}`)).text();
    expect(html.match(/role="status">([^<]*)</)?.[1]).toBe(sentence);
    expect(html).not.toContain("owned");
  });

  test("the sign-in page says nothing of it where none has", async () => {
    expect(await (await app().app.request("/")).text()).not.toMatch(/ended|role="status"/);
  });
});

describe("signing in by the form", () => {
  test("leads to the dashboard", async () => {
    const { post, signedIn } = app();
    const response = await post("/login", words);
    expect([response.status, response.headers.get("location")]).toEqual([303, "/dashboard"]);
    expect(signedIn).toEqual([user]);
  });

  test("refused: the page again, with what was typed, escaped, and without the password", async () => {
    const { post, signedIn } = app({ check: async () => undefined });
    const response = await post("/login", { ...words, username: '"><script>alert(1)</script>' });
    expect(response.status).toBe(401);
    const html = await response.text();
    expect(html.split("Username or password is wrong.")).toHaveLength(3);
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(html).not.toContain("<script>");
    expect(html).not.toContain(words.password);
    expect(signedIn).toEqual([]);
  });

  test.each([
    [{ ...words, "username[$gt]": "" }, "username[$gt]: This field is not known here."],
    [{ "username[$gt]": "", password: "x" }, "The username must be text."],
    [{ ...words, __proto__x: "1" }, "__proto__x: This field is not known here."],
    [{ ...words, "<b>": "1" }, "&lt;b&gt;: This field is not known here."],
    [{ username: "", password: "" }, "The password cannot be empty."],
  ])("%j is 400", async (fields, text) => {
    const response = await app().post("/login", fields);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(text);
  });

  test("what is no fault of the input is not shown as one", async () => {
    const check = () => Promise.reject(new AppError("unavailable"));
    const response = await app({ check }).post("/login", words);
    expect([response.status, await response.text()]).toEqual([599, "unavailable"]);
    const json = await app().app.request("/login", { method: "POST", body: "{}" });
    expect(await json.text()).toBe("unsupported_media_type");
  });
});

describe("signing up by the form", () => {
  const taken = () => Promise.reject(Object.assign(new Error("E11000"), { code: 11000 }));

  test("leads to the dashboard, signed in", async () => {
    const { post, signedIn } = app();
    const response = await post("/signup", { ...words, ...names });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/dashboard"]);
    expect(signedIn).toHaveLength(1);
  });

  test.each([
    [409, "This username is taken.", { create: taken }, {}],
    [400, "This password is known from a data breach.", { isBreached: true }, {}],
    [400, "The first name cannot be empty.", {}, { firstName: " " }],
  ])("%i: %s", async (status, text, situation, fields) => {
    const { post, signedIn } = app(situation);
    const response = await post("/signup", { ...words, ...names, ...fields });
    expect(response.status).toBe(status);
    const html = await response.text();
    expect(html.split(text)).toHaveLength(3);
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('value="Moreau"');
    expect(html).not.toContain(words.password);
    expect(signedIn).toEqual([]);
  });
});

test("signing out clears the cookie and leads to the first page", async () => {
  const response = await app({ isSignedIn: true }).post("/logout", {});
  expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
  expect(response.headers.getSetCookie()).toEqual([clearingCookie]);
});
