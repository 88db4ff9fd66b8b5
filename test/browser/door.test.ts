import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testPassword } from "../helpers/client.ts";
import { focused, pressOn, tabTo } from "../helpers/keyboard.ts";
import { Pages, someone } from "../helpers/pages.ts";
import { narrow } from "../helpers/scene.ts";
import { holdAnswer } from "../helpers/tabs.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const typeOf = (page: Page) => field(page, "Password").getAttribute("type");

async function open(path: string): Promise<Page> {
  const page = await pages.newPage(narrow);
  await page.goto(pages.url + path);
  return page;
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, field(page, label));
  await page.keyboard.type(text);
}

test("by keyboard alone, at 320 px: refused, led to each field, and signed up", async () => {
  const person = someone("Ada");
  const page = await open("/");
  await pressOn(page, page.getByRole("link", { name: "Sign up" }));
  await page.waitForURL("**/signup");
  await type(page, "First name", person.firstName);
  await type(page, "Username", "a!");
  await type(page, "Password", "short");
  await page.keyboard.press("Enter");

  const summary = page.getByRole("alert").filter({ hasText: "That did not work" });
  await summary.and(page.locator(":focus")).waitFor();
  expect(await page.title()).toMatch(/^Error: Sign up/);
  const links = await summary.getByRole("link").allInnerTexts();
  expect(links).toHaveLength(3);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await focused(page)).toBe("lastName");
  for (const label of ["Last name", "Username", "Password"]) {
    expect(await field(page, label).getAttribute("aria-invalid")).toBe("true");
    const described = await field(page, label).evaluate((input) =>
      (input.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent),
    );
    expect(links).toContain(described[0]);
  }
  expect(await field(page, "First name").inputValue()).toBe(person.firstName);
  expect(await field(page, "Username").inputValue()).toBe("a!");
  expect(await field(page, "Password").inputValue()).toBe("");

  await page.keyboard.type(person.lastName);
  await type(page, "Username", "");
  await page.keyboard.press("Control+A");
  await page.keyboard.type(person.username);
  await type(page, "Password", testPassword);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/dashboard");
});

describe("a password", () => {
  test.each([
    ["/", "current-password"],
    ["/signup", "new-password"],
  ])("on %s can be pasted and shown, and is hidden before it is sent", async (path, autocomplete) => {
    const page = await open(path);
    expect(await field(page, "Password").getAttribute("autocomplete")).toBe(autocomplete);
    expect(await field(page, "Username").getAttribute("autocomplete")).toBe("username");
    await type(page, "Username", "words to carry");
    for (const keys of ["Control+A", "Control+C"]) await page.keyboard.press(keys);
    await tabTo(page, field(page, "Password"));
    await page.keyboard.press("Control+V");
    expect(await field(page, "Password").inputValue()).toBe("words to carry");

    await page.keyboard.press("Tab");
    await button(page, "Show password").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Space");
    expect(await typeOf(page)).toBe("text");
    await button(page, "Hide password").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Space");
    expect(await typeOf(page)).toBe("password");
    await page.keyboard.press("Space");

    const types: string[] = [];
    await page.exposeFunction("noteType", (type: string) => void types.push(type));
    await page.evaluate(() => {
      const { noteType } = globalThis as unknown as { noteType(type: string): void };
      addEventListener("submit", () => noteType((document.getElementById("password") as HTMLInputElement).type));
    });
    await tabTo(page, button(page, path === "/" ? "Sign in" : "Sign up"));
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    expect(types).toEqual(["password"]);
    expect(new URL(page.url()).search).toBe("");
  });

  test("needs no script to be typed, and then there is no button that does nothing", async () => {
    const page = await pages.newPage({ ...narrow, javaScriptEnabled: false });
    await page.goto(pages.url);
    expect(await page.getByRole("button").allInnerTexts()).toEqual(["Sign in"]);
  });
});

test("a form is sent once, however often its button is pressed, and again after an answer", async () => {
  const page = await open("/");
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(new URL(request.url()).pathname);
  });
  await type(page, "Username", "nobody-at-all");
  await type(page, "Password", "not the password");
  const { answered } = await holdAnswer(page, "/login", 500);
  // In the page itself: from here, each would wait for what the one before leads to.
  await button(page, "Sign in").evaluate((element: HTMLButtonElement) => {
    for (const after of [0, 100, 200]) setTimeout(() => element.click(), after);
  });
  await answered;
  await page.getByText("Username or password is wrong.").first().waitFor();
  expect(sent).toEqual(["/login"]);
  await type(page, "Password", "not this one either");
  await page.keyboard.press("Enter");
  await page.getByText("Username or password is wrong.").first().waitFor();
  expect(sent).toEqual(["/login", "/login"]);
});

test("the sentence why a session ended has the focus, and the first Tab leads to the form", async () => {
  const page = await open("/?ended=passwordChanged");
  await page.getByRole("status").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("username");
});

test("the page of an error leads back", async () => {
  const page = await open("/nothing");
  await page.getByRole("heading", { level: 1, name: "Page not found" }).waitFor();
  await pressOn(page, page.getByRole("link", { name: "Go to the home page" }));
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});
