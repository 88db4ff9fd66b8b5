import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import { notify } from "../../shared/notify.ts";
import { findingsOn } from "../helpers/axe.ts";
import type { Client } from "../helpers/client.ts";
import { Pages, unfold } from "../helpers/pages.ts";
import { busyPerson, clientOf, dashboardOf, loaded, narrow, openPeople, pageOf } from "../helpers/scene.ts";
import { openSeeded } from "../helpers/seeded.ts";
import { until } from "../helpers/until.ts";

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

/** One dashboard after the other things that happen to it, each by its name. */
async function* moments(page: Page, isNarrow: boolean): AsyncGenerator<string> {
  await using seeded = await openSeeded(pages);
  const ben = await seeded.person("Ben");
  const ada = await seeded.person("Ada", [ben]);
  await seeded.history(
    [ben, ada],
    Array.from({ length: 120 }, (_, i) => `Word ${i}, and some more of them.`),
  );

  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.clock.install();
  await page.route(/api\/(comments|friends)\?/, (route) => released.then(() => route.abort("connectionrefused")));
  await pageOf(pages, await seeded.client(ada), page);
  await page.goto(`${pages.url}/dashboard`);
  await page.getByRole("status").getByText("Catching up").waitFor();
  await page.locator(".skeleton").first().waitFor();
  yield "a feed that is being loaded";
  release();
  await page.clock.fastForward("00:06");
  await page.getByText("Could not load yet. Still trying").waitFor();
  if (isNarrow) {
    yield "a feed that could not be loaded";
    await openPeople(page);
  }
  await page.getByText("Your friends could not be loaded.").waitFor();
  yield "friends that could not be loaded";

  await page.unrouteAll();
  await page.route("**/api/comments?before*", (route) => route.abort("connectionrefused"));
  await page.reload();
  await loaded(pages, page);
  const rows = page.locator("#comments li");
  await rows.first().waitFor();
  await page.evaluate(() => scrollTo(0, 1_500));
  await seeded.comment(ben, "A new one");
  await page.getByRole("button", { name: /^1 new/ }).waitFor();
  yield "a new comment while one reads";
  const again = page.getByRole("button", { name: "Try again" });
  const bottom = () => page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await until(async () => {
    await bottom();
    return again.isVisible();
  });
  yield "older comments that could not be loaded";
  await page.unrouteAll();
  await again.click();
  await until(async () => {
    await bottom();
    return page.getByText("That is the beginning.").isVisible();
  });
  expect(await rows.count()).toBe(121);

  const { models, close } = await openDatabase(readConfig(pages.processes.environment));
  const at = new Date(Date.now() + 600_000).toISOString();
  await notify(models.outbox, { user: ada.id }, "session", { state: "expiring", at, reason: "absolute" });
  await notify(models.outbox, { user: ada.id }, "notice", { kind: "friendRequest", from: ben });
  await close();
  for (const id of ["notice", "ending"]) await page.locator(`#${id}`).getByText(/\w/).waitFor();
  yield "a notice, and a session that is about to end";
  await page.getByLabel("Say something").fill("x".repeat(2_003));
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("3 characters too many").waitFor();
  // There the composer lies over nothing: over the feed, lines of its text would stand on different grounds.
  await bottom();
  yield "a comment that is too long";
  await page
    .getByRole("button", { name: /^Remove your comment/ })
    .first()
    .click();
  await page.getByRole("dialog").waitFor();
  yield "the question before a comment is removed";
  await page.getByRole("button", { name: "Keep" }).click();

  await account(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Last name").fill("");
  await dialog.getByRole("button", { name: "Save name" }).click();
  await dialog.getByText("The last name cannot be empty.").waitFor();
  await dialog.getByLabel("Current password").fill("not the password");
  await dialog.getByLabel("New password").fill("another battery staple");
  await dialog.getByRole("button", { name: "Change password" }).click();
  await dialog.getByText("This is not your password.").waitFor();
  yield "forms of the account, refused";
}

test.each([1280, 320])(
  "axe finds nothing at %i px on what happens to a dashboard, light and dark",
  async (width) => {
    const page = await pages.newPage({ viewport: { width, height: 640 } });
    for await (const moment of moments(page, width === 320)) {
      expect([moment, await findingsOn(page)]).toEqual([moment, []]);
    }
  },
  60_000,
);
