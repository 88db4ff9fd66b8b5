import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { findingsOn } from "../helpers/axe.ts";
import type { Client } from "../helpers/client.ts";
import { Pages, unfold } from "../helpers/pages.ts";
import { busyPerson, clientOf, dashboardOf, narrow, openPeople } from "../helpers/scene.ts";

const operatorSecret = "a-secret-that-only-operators-know";
let pages: Pages;
let busy: Client;
let lonely: Client;
beforeAll(async () => {
  pages = await Pages.start({ OPERATOR_SECRET: operatorSecret });
  [busy, lonely] = await Promise.all([busyPerson(pages), clientOf(pages, "Eve")]);
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

async function at(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await pages.newPage(options);
  await page.goto(pages.url + path);
  return page;
}

/** A page with a form, after the form was sent with nothing in it. */
async function refused(path: string, button: string): Promise<Page> {
  const page = await at(path);
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("alert").waitFor();
  return page;
}

async function after(opened: Promise<Page>, ...steps: ((page: Page) => Promise<unknown>)[]): Promise<Page> {
  const page = await opened;
  for (const step of steps) await step(page);
  return page;
}

const find = async (page: Page) => {
  await page.getByLabel("Find people").fill("e");
  await page.locator("#found").getByRole("listitem").first().waitFor();
};
const fold = (page: Page) => unfold(page.locator("#friends"), "Ben Test");
const confirm = async (page: Page) => {
  await fold(page);
  await page.getByRole("button", { name: "Remove friend Ben Test" }).click();
  await page.getByRole("dialog").waitFor();
};
const account = async (page: Page) => {
  await page.getByRole("button", { name: "Account" }).click();
  await page.locator("#devices").getByRole("listitem").first().waitFor();
};
const keys = (page: Page) => page.keyboard.press("?");
const unsent = async (page: Page) => {
  await page.route("**/api/comments", (route) => route.abort("connectionrefused"));
  await page.getByLabel("Say something").fill("Words that do not arrive");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("button", { name: "Try again" }).waitFor();
};
const away = async (page: Page) => {
  await pages.processes.realtime.end("SIGKILL");
  await page.getByRole("status").getByText("Offline").waitFor();
};

const states: [name: string, show: () => Promise<Page>][] = [
  ["signing in", () => at("/")],
  ["signing in, refused", () => refused("/", "Sign in")],
  ["signing in after a session ended", () => at("/?ended=passwordChanged")],
  ["signing up", () => at("/signup")],
  ["signing up, refused", () => refused("/signup", "Sign up")],
  ["a page that is not there", () => at("/nothing")],
  ["a dashboard with nothing in it", () => dashboardOf(pages, lonely)],
  ["a dashboard with nothing in it, narrow", () => dashboardOf(pages, lonely, narrow)],
  ["a dashboard with people, comments and all", () => dashboardOf(pages, busy)],
  ["a dashboard with comments, narrow", () => dashboardOf(pages, busy, narrow)],
  ["people found, and more about one", () => after(dashboardOf(pages, busy), find, fold)],
  ["people, narrow", () => after(dashboardOf(pages, busy, narrow), openPeople, find, fold)],
  ["a question", () => after(dashboardOf(pages, busy), confirm)],
  ["the account", () => after(dashboardOf(pages, busy), account)],
  ["the account, narrow", () => after(dashboardOf(pages, busy, narrow), account)],
  ["the keys", () => after(dashboardOf(pages, busy), keys)],
  ["a comment that was not sent", () => after(dashboardOf(pages, busy), unsent)],
  ["a comment that was not sent, narrow", () => after(dashboardOf(pages, busy, narrow), unsent)],
  ["the page about the API", () => at("/api/docs")],
  ["the page about the API, narrow", () => at("/api/docs", narrow)],
  [
    "the operator's page",
    () => at("/operator", { httpCredentials: { username: "operator", password: operatorSecret } }),
  ],
  ["a dashboard that is away", () => after(dashboardOf(pages, busy), away)],
];

test.each(states)("axe finds nothing on %s, light and dark", async (_, show) => {
  try {
    expect(await findingsOn(await show())).toEqual([]);
  } finally {
    if (pages.processes.realtime.child.signalCode !== null) await pages.processes.restartRealtime();
  }
});
