import { expect } from "vitest";
import { testPassword } from "../../helpers/client.ts";
import { caseList } from "../cases.ts";
import { operatorSecret } from "../target.ts";

export const { cases, covers, coversEveryShape } = caseList();

const html = { accept: "text/html,application/xhtml+xml" };
const newcomer = () => ({
  firstName: "Zoë & Co",
  lastName: "Test",
  username: `zoe-${crypto.randomUUID().slice(0, 8)}`,
  password: testPassword,
});

covers("the first page is the one to sign in at, and runs nothing that is not ours", async ({ visitor }) => {
  const response = await visitor().ask("GET /", { headers: html });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/html/);
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'/);
  expect(response.headers.get("referrer-policy")).toBe("same-origin");
  expect(await response.text()).toContain('<form method="post" action="/login"');
});

covers("a sentence tells why a session ended", async ({ visitor }) => {
  const page = await visitor().ask("GET /?ended=passwordChanged");
  expect(await page.text()).toContain("Your password was changed");
});

coversEveryShape("a form makes a person, and goes on to the dashboard", async ({ visitor }) => {
  const zoe = visitor();
  expect(await (await zoe.ask("GET /signup", { headers: html })).text()).toContain('action="/signup"');
  const made = await zoe.ask("POST /signup", { form: newcomer(), headers: html });
  expect([made.status, made.headers.get("location")]).toEqual([303, "/dashboard"]);
  expect(made.headers.getSetCookie()).toHaveLength(1);
  const dashboard = await zoe.ask("GET /dashboard", { headers: html });
  expect(dashboard.status).toBe(200);
  expect(dashboard.headers.get("cache-control")).toBe("no-store");
  expect(await zoe.json("GET /api/me")).toMatchObject({ firstName: "Zoë & Co" });
});

covers("a form that is refused comes again with what was typed, and why", async ({ visitor }) => {
  const form = { ...newcomer(), password: "short" };
  const page = await visitor().ask("POST /signup", { form, headers: html });
  expect(page.status).toBe(400);
  const text = await page.text();
  expect(text).toContain('value="Zoë &amp; Co"');
  expect(text).toContain('role="alert"');
  expect(text).not.toContain('value="short"');
});

covers("a form signs in, with the right password", async ({ person, visitor }) => {
  const ada = await person("Ada");
  const form = { username: ada.me?.username ?? "", password: "a wrong one" };
  const refused = await visitor().ask("POST /login", { form, headers: html });
  expect(refused.status).toBe(401);
  expect(await refused.text()).toContain("Username or password is wrong.");
  const other = visitor();
  const response = await other.ask("POST /login", { form: { ...form, password: testPassword }, headers: html });
  expect([response.status, response.headers.get("location")]).toEqual([303, "/dashboard"]);
  expect(await other.json("GET /api/me")).toEqual(ada.me);
});

coversEveryShape("a form signs out, and clears the cookie", async ({ person }) => {
  const ada = await person("Ada");
  const response = await ada.ask("POST /logout", { headers: html });
  expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
  expect(ada.cookie).toBeUndefined();
});

coversEveryShape("who is in goes to the dashboard, who is not to the first page", async ({ person, visitor }) => {
  const ada = await person("Ada");
  for (const path of ["/", "/signup"]) {
    const response = await ada.ask(`GET ${path}`, { headers: html });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/dashboard"]);
  }
  const response = await visitor().ask("GET /dashboard", { headers: html });
  expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
});

covers("a form of another site is refused with a page", async ({ person }) => {
  const ada = await person("Ada");
  const response = await ada.ask("POST /logout", { headers: { ...html, origin: "https://evil.example" } });
  expect(response.status).toBe(403);
  expect(await response.text()).toMatch(/^<!doctype html>/);
  expect((await ada.ask("GET /api/me")).status).toBe(200);
});

coversEveryShape("what the pages load is there, for as long as its name says", async ({ person }) => {
  const ada = await person("Ada");
  const page = await (await ada.ask("GET /dashboard", { headers: html })).text();
  const paths = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path as string);
  expect(paths.map((path) => path.replace(/-\w{8}\./, "."))).toEqual([
    "/assets/icon.svg",
    "/assets/style.css",
    "/assets/dashboard.js",
  ]);
  for (const path of paths) {
    const file = await ada.ask(`GET ${path}`);
    expect(file.status).toBe(200);
    expect(file.headers.get("content-type")).toMatch(/^(image\/svg\+xml|text\/css|text\/javascript)/);
    expect(file.headers.get("cache-control")).toMatch(path.includes("icon") ? /86400/ : /immutable/);
    expect((await file.text()).length).toBeGreaterThan(200);
  }
  expect((await ada.ask("GET /assets/dashboard.ts")).status).toBe(404);
});

covers("the page about the API names its operations, and is sent once", async ({ visitor }) => {
  const reader = visitor();
  const page = await reader.ask("GET /api/docs", { headers: html });
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
  expect(await page.text()).toContain("/api/comments");
  const again = await reader.ask("GET /api/docs", {
    headers: { ...html, "if-none-match": page.headers.get("etag") ?? "" },
  });
  expect(again.status).toBe(304);
});

covers("the operator's page is for who knows its secret", async ({ visitor }) => {
  const operator = visitor();
  const basic = (secret: string) => ({ ...html, authorization: `Basic ${btoa(`operator:${secret}`)}` });
  const asked = await operator.ask("GET /operator", { headers: html });
  expect(asked.status).toBe(401);
  expect(asked.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
  expect((await operator.ask("GET /operator", { headers: basic("a guess of sixteen") })).status).toBe(401);
  const page = await operator.ask("GET /operator", { headers: basic(operatorSecret) });
  expect(page.status).toBe(200);
  // One realtime node is beside all targets.
  expect(await page.text()).toMatch(/<table|<td/);
});
