import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "../../shared/config.ts";
import type { EndReason } from "../../shared/contracts/events.ts";
import { type Database, openDatabase } from "../../shared/database.ts";
import { notify } from "../../shared/notify.ts";
import { explainEnd } from "../../shared/session/ending.ts";
import { testPassword } from "../helpers/client.ts";
import { commentOn, Pages, type SignUp, someone, unfold } from "../helpers/pages.ts";
import { holdAnswer, type Moment, recordMoments } from "../helpers/tabs.ts";
import { until } from "../helpers/until.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

const nameOn = (page: Page) => page.getByTestId("full-name");
const named = (page: Page, name: string) => nameOn(page).getByText(name, { exact: true }).waitFor();

/** Ada before a dashboard that is watched, and in another tab of her browser a sign-in page that was open before. */
async function twoTabs() {
  const [page, ben] = await Promise.all([pages.newPage(), pages.dashboardOf("Ben")]);
  const tab = await page.context().newPage();
  pages.watch(tab);
  await tab.goto(pages.url);
  const ada = await pages.signUp(page, someone("Ada"));
  await pages.live(page);
  await pages.send(page, "words of Ada");
  await pages.send(ben.page, "words of Ben");
  await page.getByLabel("Say something").fill("half a word");
  const visited: string[] = [];
  page.on("framenavigated", (frame) => visited.push(new URL(frame.url()).pathname));
  return { page, tab, ada, ben: ben.person, moments: await recordMoments(page), visited };
}

async function signIn(page: Page, person: SignUp): Promise<void> {
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password").fill(testPassword);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Of Ada's, nothing but the comments may be left without her name, and those not with Ben's. */
function expectNobodyMixed(moments: readonly Moment[]): void {
  const ofBen = moments.findIndex(({ name, comments }) => name === "Ben Test" || comments.includes("words of Ben"));
  for (const [index, { name, comments, draft }] of moments.entries()) {
    const isBens = ofBen >= 0 && index >= ofBen;
    if (isBens) expect({ name, comments, draft }).not.toMatchObject({ name: "Ada Test" });
    if (isBens) expect([comments, draft].join()).not.toMatch(/Ada|half/);
    else expect(comments).not.toContain("words of Ben");
  }
}

/** Does something in the database for a user. */
async function withUser(person: SignUp, work: (database: Database, id: string) => Promise<void>): Promise<void> {
  const database = await openDatabase(readConfig(pages.processes.environment));
  try {
    const user = await database.models.users.findOne({ username: person.username }).lean();
    await work(database, String(user?._id));
  } finally {
    await database.close();
  }
}

/** Ends the sessions of a user as the API does from another place. */
function endAll(person: SignUp, reason: EndReason): Promise<void> {
  return withUser(person, async ({ models, sessions }, id) => {
    const keys = (await sessions.sessionsOf(id)).map(({ key }) => key);
    await explainEnd(models.outbox, keys, reason);
    await sessions.end(keys);
  });
}

describe("somebody else signs in, in another tab", () => {
  test("the first tab is theirs without being loaded anew, and no moment shows two people", async () => {
    const { page, tab, ben, moments, visited } = await twoTabs();
    await signIn(tab, ben);
    await tab.waitForURL("**/dashboard");
    await named(page, "Ben Test");
    await pages.live(page);
    await commentOn(page, "words of Ben").waitFor();
    expect(await commentOn(page, "words of Ada").count()).toBe(0);
    expect(await page.getByLabel("Say something").inputValue()).toBe("");
    expect(visited).toEqual([]);
    expect(new Set(moments.map(({ name }) => name))).toEqual(new Set(["Ada Test", "", "Ben Test"]));
    expectNobodyMixed(moments);
  });

  test("also while the browser does not have their cookie yet, though the earlier session has ended", async () => {
    const { page, tab, ben, moments, visited } = await twoTabs();
    const { answered } = await holdAnswer(tab, "/login", 2_000);
    const signedIn = signIn(tab, ben);
    await answered;
    await page.getByRole("status").getByText("Offline").waitFor();
    await named(page, "Ben Test");
    await signedIn;
    await commentOn(page, "words of Ben").waitFor();
    expect(visited).toEqual([]);
    expectNobodyMixed(moments);
  });

  test("after the first one has signed out there: nothing of the first one's stays, nor is anything mixed", async () => {
    const { page, tab, ben, moments } = await twoTabs();
    await tab.goto(`${pages.url}/dashboard`);
    await tab.getByRole("button", { name: "Sign out" }).click();
    await signIn(tab, ben);
    await tab.waitForURL("**/dashboard");
    // An end that is told as a sign-out leads to the sign-in page, which the next one may leave as well.
    const isLeft = () => new URL(page.url()).pathname === "/";
    await until(async () => isLeft() || (await nameOn(page).textContent()) === "Ben Test");
    if (isLeft()) await page.goto(pages.url);
    await named(page, "Ben Test");
    await commentOn(page, "words of Ben").waitFor();
    expect(await commentOn(page, "words of Ada").count()).toBe(0);
    expectNobodyMixed(moments);
  });
});

test("what the first one was asked, looked for and had found is gone with them, also where it is not seen", async () => {
  const { page, tab, ada, ben } = await twoTabs();
  const cleo = await pages.dashboardOf("Cleo");
  await pages.befriend({ page, person: ada }, cleo);
  await page.getByText("Friend", { exact: true }).waitFor();
  await unfold(page.locator("#friends"), "Cleo Test");
  await page.getByRole("button", { name: "Remove friend Cleo Test" }).click();
  await page.getByRole("dialog").waitFor();
  await signIn(tab, ben);
  await named(page, "Ben Test");
  await pages.live(page);
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(await page.getByLabel("Find people").inputValue()).toBe("");
  expect(await page.locator("body").innerHTML()).not.toMatch(/Cleo|Ada/);
});

test("a new session of the same person, as after a changed password, keeps what is on the screen", async () => {
  const { page, tab, ada, moments, visited } = await twoTabs();
  await signIn(tab, ada);
  await tab.waitForURL("**/dashboard");
  await until(() => moments.some(({ name }) => name === ""));
  await named(page, "Ada Test");
  await pages.live(page);
  expect(visited).toEqual([]);
  expect(await page.getByLabel("Say something").inputValue()).toBe("half a word");
  expect(moments.filter(({ comments }) => !comments.includes("words of Ada"))).toEqual([]);
});

describe("a session that is ended from elsewhere", () => {
  test.each([
    ["endedElsewhere", "You were signed out from another device. Sign in to continue."],
    ["passwordChanged", "Your password was changed, so you were signed out. Sign in with the new one."],
    ["accountDeleted", "This account was deleted."],
    ["accountDisabled", "This account is disabled."],
    ["unknown", "Your session has ended. Sign in to continue."],
  ] as const)("%s leads to the sign-in page, which says so", async (reason, sentence) => {
    const { page, person } = await pages.dashboardOf("Ada");
    await page.getByLabel("Say something").fill("half a word");
    await endAll(person, reason);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await page.getByRole("status").textContent()).toBe(sentence);
    expect(new URL(page.url()).search).toBe(`?ended=${reason}`);
    // Who has to sign in anew goes on with it; who was signed out from afar may have lost the device.
    const isLeft = reason === "passwordChanged" || reason === "unknown";
    expect(await page.evaluate(() => sessionStorage.length)).toBe(isLeft ? 1 : 0);
  });
});

test("words that were not sent go with their author's account, also where no socket tells of its end", async () => {
  const { page } = await pages.dashboardOf("Ada");
  await page.getByLabel("Say something").fill("half a word");
  pages.processes.realtime.child.kill("SIGSTOP");
  try {
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByLabel("Your password").fill(testPassword);
    await page.getByLabel("Your password").press("Enter");
    await page.locator("#confirm").getByRole("button", { name: "Delete account" }).click();
    await page.getByText("This account was deleted.").waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  } finally {
    pages.processes.realtime.child.kill("SIGCONT");
  }
});

test.each([
  ["idle", "Anything you do here extends it.", true],
  ["absolute", "You will have to sign in again.", false],
] as const)("an end that is near, %s, is told; and for how long", async (reason, advice, isMoot) => {
  const { page, person } = await pages.dashboardOf("Ada");
  const at = new Date(Date.now() + 60_000).toISOString();
  await withUser(person, ({ models }, id) =>
    notify(models.outbox, { user: id }, "session", { state: "expiring", at, reason }),
  );
  const notice = page.locator("#ending", { hasText: "Your session ends" });
  await notice.waitFor();
  await page.getByRole("status").filter({ hasText: "Your session ends" }).waitFor();
  expect(await notice.textContent()).toMatch(new RegExp(`^Your session ends .*at \\d\\d:\\d\\d\\. ${advice}$`));
  await pages.send(page, "still here");
  // The socket may bring the comment before the request is answered; its answer says that the session was used.
  if (isMoot) await notice.waitFor({ state: "detached" });
  else expect(await notice.count()).toBe(1);
});
