import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { launchChromium } from "../../infra/chromium.ts";
import { testPassword } from "./client.ts";
import { type Processes, startProcesses } from "./processes.ts";

export interface SignUp {
  firstName: string;
  lastName: string;
  username: string;
}

export interface Dashboard {
  page: Page;
  person: SignUp;
}

/** Somebody whose username nobody has. */
export function someone(firstName: string): SignUp {
  return { firstName, lastName: "Test", username: `${firstName.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}` };
}

export function commentOn(page: Page, text: string): Locator {
  return page.getByRole("listitem").filter({ hasText: text });
}

/** By how many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Unfolds what else can be done about a person, in a part of the page. */
export async function unfold(part: Page | Locator, name: string): Promise<void> {
  await part.getByRole("button", { name: `More about ${name}`, expanded: false }).click();
}

/** Both processes and a browser, in which each person has a context of their own. */
export class Pages implements AsyncDisposable {
  readonly processes: Processes;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  #opened = 0;
  /** What no page may do: an error in its console, or a request to another host. */
  readonly #faults: string[] = [];

  static async start(environment: Record<string, string> = {}): Promise<Pages> {
    const processes = startProcesses({ NODE_ENV: "development", ...environment });
    return new Pages(...(await Promise.all([processes, launchChromium()])));
  }

  constructor(processes: Processes, browser: Browser) {
    this.processes = processes;
    this.#browser = browser;
  }

  get url(): string {
    return this.processes.functionsUrl;
  }

  /** A page in a context of its own; what its console is told goes to `console`. */
  async newPage({ console, ...options }: BrowserContextOptions & { console?: string[] } = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      ...options,
      // As a proxy would say: people come from different places.
      extraHTTPHeaders: { "x-forwarded-for": `192.0.2.${++this.#opened}` },
    });
    context.setDefaultTimeout(10_000);
    this.#contexts.push(context);
    const page = await context.newPage();
    this.watch(page, console);
    return page;
  }

  watch(page: Page, lines?: string[]): void {
    page.on("console", (message) => {
      if (message.type() === "info") lines?.push(message.text());
      if (message.type() !== "error") return;
      // The browser itself notes every request that fails, as to a process that is stopped or not ready yet.
      if (!/ERR_CONNECTION_REFUSED|status of 4\d\d|response code: 503/.test(message.text()))
        this.#faults.push(message.text());
    });
    page.on("pageerror", (error) => this.#faults.push(error.message));
    page.on("request", (request) => {
      if (new URL(request.url()).hostname !== "localhost") this.#faults.push(request.url());
    });
  }

  async signUp(page: Page, person: SignUp): Promise<SignUp> {
    await page.goto(`${this.url}/signup`);
    await page.getByLabel("First name").fill(person.firstName);
    await page.getByLabel("Last name").fill(person.lastName);
    await page.getByLabel("Username").fill(person.username);
    await page.getByLabel("Password").fill(testPassword);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.waitForURL("**/dashboard");
    return person;
  }

  /** Somebody who has just signed up, in front of a live dashboard. */
  async dashboardOf(firstName: string, console?: string[]): Promise<Dashboard> {
    const page = await this.newPage(console ? { console } : {});
    const person = await this.signUp(page, someone(firstName));
    await this.live(page);
    return { page, person };
  }

  live(page: Page, timeout = 10_000): Promise<void> {
    return page.getByRole("status").getByText("Live").waitFor({ timeout });
  }

  /** Comments; done when the comment is saved. */
  async send(page: Page, text: string): Promise<void> {
    await page.getByLabel("Say something").fill(text);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await commentOn(page, text).and(page.locator(":not(.unsent)")).waitFor();
  }

  /** One asks by the search, the other accepts. */
  async befriend(asking: Dashboard, asked: Dashboard): Promise<void> {
    await asking.page.getByLabel("Find people").fill(asked.person.username);
    await asking.page.getByRole("button", { name: new RegExp(`Ask ${asked.person.firstName}`) }).click();
    await asked.page.getByRole("button", { name: `Accept the request from ${asking.person.firstName} Test` }).click();
    for (const [page, other] of [
      [asking.page, asked],
      [asked.page, asking],
    ] as const) {
      await page.locator("#friends").getByText(`${other.person.firstName} Test`).waitFor();
    }
  }

  /** Closes all pages of a test, which fails if one of them did what no page may do. */
  async closeAll(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    expect(this.#faults.splice(0)).toEqual([]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.processes[Symbol.asyncDispose]();
  }
}
