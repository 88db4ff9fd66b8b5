import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "../helpers/chromium.ts";
import { testPassword } from "../helpers/client.ts";
import { type Processes, startProcesses } from "../helpers/processes.ts";

let processes: Processes;
let browser: Browser;
let contexts: BrowserContext[] = [];
/** What no page may do: an error in its console, or a request to another host. */
let faults: string[] = [];

beforeAll(async () => {
  [processes, browser] = await Promise.all([startProcesses({ NODE_ENV: "development" }), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await processes?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  faults = [];
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  expect(faults).toEqual([]);
});

async function newPage(options: { javaScriptEnabled?: boolean; console?: string[] } = {}): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: options.javaScriptEnabled ?? true });
  context.setDefaultTimeout(10_000);
  contexts.push(context);
  const page = await context.newPage();
  watch(page, options.console);
  return page;
}

function watch(page: Page, lines?: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "info") lines?.push(message.text());
    // The browser itself notes every request that fails, as those of a stopped process do.
    else if (message.type() === "error" && !/ERR_CONNECTION_REFUSED|status of 4\d\d/.test(message.text()))
      faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "localhost") faults.push(request.url());
  });
}

interface SignUp {
  firstName: string;
  lastName: string;
  username: string;
}

function someone(firstName: string): SignUp {
  return { firstName, lastName: "Test", username: `${firstName.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}` };
}

async function signUp(page: Page, person: SignUp): Promise<SignUp> {
  await page.goto(`${processes.functionsUrl}/signup`);
  await page.getByLabel("First name").fill(person.firstName);
  await page.getByLabel("Last name").fill(person.lastName);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password").fill(testPassword);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.waitForURL("**/dashboard");
  return person;
}

async function dashboardOf(firstName: string, console?: string[]): Promise<{ page: Page; person: SignUp }> {
  const page = await newPage(console ? { console } : {});
  const person = await signUp(page, someone(firstName));
  await live(page);
  return { page, person };
}

const live = (page: Page) => page.getByRole("status").getByText("Live").waitFor();
const nameOn = (page: Page) => page.getByTestId("full-name");
const commentOn = (page: Page, text: string) => page.getByRole("listitem").filter({ hasText: text });

async function send(page: Page, text: string): Promise<void> {
  await page.getByLabel("Say something").fill(text);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await commentOn(page, text).waitFor();
}

async function befriend(asking: { page: Page; person: SignUp }, asked: { page: Page; person: SignUp }): Promise<void> {
  await asking.page.getByLabel("Find people").fill(asked.person.username);
  await asking.page.getByRole("button", { name: new RegExp(`Ask ${asked.person.firstName}`) }).click();
  await asked.page.getByRole("button", { name: `Accept the request of ${asking.person.firstName} Test` }).click();
  for (const [page, other] of [
    [asking.page, asked],
    [asked.page, asking],
  ] as const) {
    await page.getByRole("button", { name: `Remove friend ${other.person.firstName} Test` }).waitFor();
  }
}

describe("two friends and a stranger, each in a browser of their own", () => {
  test("a comment appears at the friend's, and not at the stranger's; after an unfriending no more", async () => {
    const [ada, ben, eve] = await Promise.all([dashboardOf("Ada"), dashboardOf("Ben"), dashboardOf("Eve")]);
    await befriend(ada, ben);
    await send(ada.page, "Hello, Ben");
    await commentOn(ben.page, "Hello, Ben").waitFor();
    expect(await commentOn(ben.page, "Hello, Ben").getByText("Ada Test").count()).toBe(1);

    await ben.page.getByRole("button", { name: "Remove friend Ada Test" }).click();
    await ben.page.getByRole("dialog").getByRole("button", { name: "Remove friend" }).click();
    await ada.page.getByText("Nobody yet.").waitFor();
    await send(ada.page, "Hello, nobody");
    // Their own comments, sent later, prove that the stream has passed Ada's.
    for (const { page } of [ben, eve]) {
      await send(page, "Is anybody here?");
      expect(await commentOn(page, "Hello, nobody").count()).toBe(0);
    }
    expect(await commentOn(eve.page, "Hello, Ben").count()).toBe(0);
  });

  test("a comment that is removed goes from both screens", async () => {
    const [ada, ben] = await Promise.all([dashboardOf("Ada"), dashboardOf("Ben")]);
    await befriend(ada, ben);
    await send(ada.page, "never mind");
    await commentOn(ben.page, "never mind").waitFor();
    await commentOn(ada.page, "never mind")
      .getByRole("button", { name: /^Remove/ })
      .click();
    for (const { page } of [ada, ben]) await commentOn(page, "never mind").waitFor({ state: "detached" });
  });
});

describe("the full name", () => {
  test("comes over the socket, in development into the console too; goes with the connection and is back with it", async () => {
    const console: string[] = [];
    const [ada, ben] = await Promise.all([dashboardOf("Ada", console), dashboardOf("Ben")]);
    await befriend(ada, ben);
    expect(await nameOn(ada.page).textContent()).toBe("Ada Test");
    expect(console).toEqual(["Ada Test"]);

    await processes.realtime.end("SIGKILL");
    await ada.page.getByRole("status").getByText("Offline").waitFor();
    expect(await nameOn(ada.page).textContent()).toBe("");
    await send(ben.page, "said while you were away");
    expect(await commentOn(ada.page, "said while you were away").count()).toBe(0);

    await processes.restartRealtime();
    await live(ada.page);
    await commentOn(ada.page, "said while you were away").waitFor();
    expect(await commentOn(ada.page, "said while you were away").count()).toBe(1);
    expect(await nameOn(ada.page).textContent()).toBe("Ada Test");
    expect(console).toEqual(["Ada Test", "Ada Test"]);
  });
});

describe("a session", () => {
  test("that ends in one tab ends in the other, with a sentence why", async () => {
    const { page } = await dashboardOf("Ada");
    const other = await page.context().newPage();
    watch(other);
    await other.goto(`${processes.functionsUrl}/dashboard`);
    await live(other);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await other.getByText("Your session has ended.").waitFor();
    await other.goto(`${processes.functionsUrl}/dashboard`);
    expect(new URL(other.url()).pathname).toBe("/");
  });

  test("leads from the home page to the dashboard", async () => {
    const { page } = await dashboardOf("Ada");
    for (const path of ["/", "/signup"]) {
      await page.goto(processes.functionsUrl + path);
      expect(new URL(page.url()).pathname).toBe("/dashboard");
    }
  });
});

describe("the forms, without JavaScript", () => {
  test("sign up, out and in, and say what is wrong without losing what was typed", async () => {
    const page = await newPage({ javaScriptEnabled: false });
    const person = await signUp(page, someone("Ada"));
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

    const again = await newPage({ javaScriptEnabled: false });
    await again.goto(`${processes.functionsUrl}/signup`);
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
    const page = path === "/dashboard" ? (await dashboardOf("Ada")).page : await newPage();
    const response = await page.goto(processes.functionsUrl + path);
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
    const { page } = await dashboardOf("Ada");
    await page.setViewportSize({ width, height: 700 });
    await send(page, "a-word-without-any-break-".repeat(20));
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
