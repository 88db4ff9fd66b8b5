import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testPassword } from "../helpers/client.ts";
import { commentOn, overflow, Pages, someone, unfold } from "../helpers/pages.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

const nameOn = (page: Page) => page.getByTestId("full-name");

describe("two friends and a stranger, each in a browser of their own", () => {
  test("a comment appears at the friend's, and not at the stranger's; after an unfriending no more", async () => {
    const [ada, ben, eve] = await Promise.all([
      pages.dashboardOf("Ada"),
      pages.dashboardOf("Ben"),
      pages.dashboardOf("Eve"),
    ]);
    await pages.befriend(ada, ben);
    await pages.send(ada.page, "Hello, Ben");
    await commentOn(ben.page, "Hello, Ben").waitFor();
    expect(await commentOn(ben.page, "Hello, Ben").getByText("Ada Test").count()).toBe(1);

    await unfold(ben.page.locator("#friends"), "Ada Test");
    await ben.page.getByRole("button", { name: "Remove friend Ada Test" }).click();
    await ben.page.getByRole("dialog").getByRole("button", { name: "Remove friend" }).click();
    await ada.page.getByText("Nobody yet.").waitFor();
    await pages.send(ada.page, "Hello, nobody");
    // Their own comments, sent later, prove that the stream has passed Ada's.
    for (const { page } of [ben, eve]) {
      await pages.send(page, "Is anybody here?");
      expect(await commentOn(page, "Hello, nobody").count()).toBe(0);
    }
    expect(await commentOn(eve.page, "Hello, Ben").count()).toBe(0);
  });

  test("a comment that is removed goes from both screens", async () => {
    const [ada, ben] = await Promise.all([pages.dashboardOf("Ada"), pages.dashboardOf("Ben")]);
    await pages.befriend(ada, ben);
    await pages.send(ada.page, "never mind");
    await commentOn(ben.page, "never mind").waitFor();
    await commentOn(ada.page, "never mind")
      .getByRole("button", { name: /^Remove/ })
      .click();
    await ada.page.getByRole("dialog").getByRole("button", { name: "Remove comment" }).click();
    for (const { page } of [ada, ben]) await commentOn(page, "never mind").waitFor({ state: "detached" });
  });
});

test("a friend who is here is said to be online, in a word, which takes nobody's focus", async () => {
  const [ada, ben] = await Promise.all([pages.dashboardOf("Ada"), pages.dashboardOf("Ben")]);
  await pages.befriend(ada, ben);
  const word = ben.page.locator("#friends").getByRole("listitem").filter({ hasText: "Ada Test" }).getByText("online");
  await word.waitFor();
  await unfold(ben.page.locator("#friends"), "Ada Test");
  const remove = ben.page.getByRole("button", { name: "Remove friend Ada Test" });
  await remove.focus();
  await ada.page.context().close();
  await word.waitFor({ state: "hidden" });
  expect(await remove.evaluate((button) => button === document.activeElement)).toBe(true);
});

describe("the full name", () => {
  test("comes over the socket, in development into the console too; goes with the connection and is back with it", async () => {
    const console: string[] = [];
    const [ada, ben] = await Promise.all([pages.dashboardOf("Ada", console), pages.dashboardOf("Ben")]);
    await pages.befriend(ada, ben);
    expect(await nameOn(ada.page).textContent()).toBe("Ada Test");
    expect(console).toEqual(["Ada Test"]);

    await pages.processes.realtime.end("SIGKILL");
    await ada.page.getByRole("status").getByText("Offline").waitFor();
    expect(await nameOn(ada.page).textContent()).toBe("");
    await pages.send(ben.page, "said while you were away");
    expect(await commentOn(ada.page, "said while you were away").count()).toBe(0);

    await pages.processes.restartRealtime();
    // Those who lost a node come back apart from each other.
    await pages.live(ada.page, 20_000);
    await commentOn(ada.page, "said while you were away").waitFor();
    expect(await commentOn(ada.page, "said while you were away").count()).toBe(1);
    expect(await nameOn(ada.page).textContent()).toBe("Ada Test");
    expect(console).toEqual(["Ada Test", "Ada Test"]);
  });
});

describe("a session", () => {
  test("that ends in one tab ends in the other, with a sentence why", async () => {
    const { page } = await pages.dashboardOf("Ada");
    const other = await page.context().newPage();
    pages.watch(other);
    await other.goto(`${pages.url}/dashboard`);
    await pages.live(other);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await other.getByText(/^You have signed out\./).waitFor();
    await other.goto(`${pages.url}/dashboard`);
    expect(new URL(other.url()).pathname).toBe("/");
  });

  test("leads from the home page to the dashboard", async () => {
    const { page } = await pages.dashboardOf("Ada");
    for (const path of ["/", "/signup"]) {
      await page.goto(pages.url + path);
      expect(new URL(page.url()).pathname).toBe("/dashboard");
    }
  });
});

describe("the forms, without JavaScript", () => {
  test("sign up, out and in, and say what is wrong without losing what was typed", async () => {
    const page = await pages.newPage({ javaScriptEnabled: false });
    const person = await pages.signUp(page, someone("Ada"));
    // What the script is to do is not offered, nor announced.
    expect(await page.getByRole("button", { name: "Send", exact: true }).isDisabled()).toBe(true);
    expect(await page.locator("#people-loading").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Username").fill(person.username);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Username or password is wrong.").first().waitFor();
    expect(await page.getByLabel("Username").inputValue()).toBe(person.username);
    expect(await page.getByLabel("Password").inputValue()).toBe("");

    await page.getByLabel("Password").fill(testPassword);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/dashboard");

    const again = await pages.newPage({ javaScriptEnabled: false });
    await again.goto(`${pages.url}/signup`);
    await again.getByLabel("First name").fill("Ada");
    await again.getByLabel("Last name").fill("Test");
    await again.getByLabel("Username").fill(person.username);
    await again.getByLabel("Password").fill(testPassword);
    await again.getByRole("button", { name: "Sign up" }).click();
    await again.getByText("This username is taken.").first().waitFor();
    expect(await again.getByLabel("First name").inputValue()).toBe("Ada");
  });
});

describe("every page", () => {
  test.each(["/", "/signup", "/dashboard"])("%s has a strict policy, and is not kept", async (path) => {
    const page = path === "/dashboard" ? (await pages.dashboardOf("Ada")).page : await pages.newPage();
    const response = await page.goto(pages.url + path);
    const headers = response?.headers() ?? {};
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toMatch(/default-src 'none'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    expect(await page.locator("script:not([src]), style, [style], [onclick]").count()).toBe(0);
  });

  test.each([320, 1280])("fits a width of %i px", async (width) => {
    const { page } = await pages.dashboardOf("Ada");
    await page.setViewportSize({ width, height: 700 });
    await pages.send(page, "a-word-without-any-break-".repeat(20));
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
});
