import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Person } from "../../shared/contracts/people.ts";
import { commentOn } from "../helpers/pages.ts";
import { seededPages } from "../helpers/seeded.ts";
import { until } from "../helpers/until.ts";

const { pages, seeded } = await seededPages();

const pill = (page: Page) => page.getByRole("button", { name: /^\d+ new comments/ });
const rows = (page: Page) => page.locator("#comments li");
const headings = (page: Page) => page.locator("#comments").getByRole("heading");
const topOf = (row: Locator) => row.evaluate((each) => Math.round(each.getBoundingClientRect().top));
const scrollTo = (page: Page, y: number) => page.evaluate((top) => window.scrollTo(0, top), y);
const said = (page: Page, text: string) => page.getByRole("status").filter({ hasText: text }).waitFor();

/** Ada reads, Ben wrote so many comments. */
async function reading(count: number, apart?: number) {
  const ben = await seeded.person("Ben");
  const ada = await seeded.person("Ada", [ben]);
  await seeded.history([ben], texts(count), apart);
  const page = await seeded.dashboard(ada);
  // Drawn with the frame after it is live; before, there is nowhere to scroll to.
  await rows(page).first().waitFor();
  return { ben, ada, page };
}

function texts(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `words ${i} ${"and more of them ".repeat(i % 7)}`);
}

async function say(author: Person, ...bodies: string[]): Promise<void> {
  for (const body of bodies) await seeded.comment(author, body);
}

/** What a tab that nobody looks at is told, and one that somebody looks at again. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

test.each([
  [1280, "auto"],
  [1280, "none"],
  [320, "none"],
])("at %i px, with the browser's own anchoring %s, what is read stays where it is", async (width, anchoring) => {
  const { ben, page } = await reading(50);
  await page.setViewportSize({ width, height: 700 });
  await page.evaluate((value) => document.documentElement.style.setProperty("overflow-anchor", value), anchoring);
  await scrollTo(page, 2_000);
  const read = page.locator("#comments li", { hasText: "words 30 " });
  await read.scrollIntoViewIfNeeded();
  const before = await topOf(read);
  await say(ben, "one", "two", "three ".repeat(200));
  await pill(page).getByText("3 new").waitFor();
  expect(await topOf(read)).toBe(before);
  expect(await page.title()).toBe("(3) Kith");
  await said(page, "3 new comments");

  await pill(page).press("Enter");
  await pill(page).waitFor({ state: "hidden" });
  expect(await page.title()).toBe("Kith");
  expect(await page.evaluate(() => scrollY)).toBe(0);
  const focused = await page.evaluate(() => document.activeElement?.querySelector(".words")?.textContent);
  expect(focused).toContain("three");
});

test("at the top new ones come into view; the title counts them while nobody looks", async () => {
  const { ben, page } = await reading(5);
  await say(ben, "slides in");
  await commentOn(page, "slides in").and(page.locator(".new")).waitFor();
  await said(page, "New comment by Ben Test");
  expect(await pill(page).count()).toBe(0);
  expect(await page.title()).toBe("Kith");

  await setHidden(page, true);
  await say(ben, "unseen 1", "unseen 2");
  await expect.poll(() => page.title()).toBe("(2) Kith");
  await said(page, "2 new comments");
  await setHidden(page, false);
  expect(await page.title()).toBe("Kith");
  expect(await rows(page).count()).toBe(8);

  await page.emulateMedia({ reducedMotion: "reduce" });
  await say(ben, "is just there");
  const added = commentOn(page, "is just there");
  await added.waitFor();
  expect(await added.evaluate((row) => getComputedStyle(row).animationDuration)).toBe("0s");
});

test("what was missed while away counts as well, and one's own does not", async () => {
  const { ben, ada, page } = await reading(50);
  await scrollTo(page, 3_000);
  await pages.processes.realtime.end("SIGKILL");
  await page.locator("#feed-stale").getByText("Offline").waitFor();
  await say(ben, "missed 1", "missed 2");
  await say(ada, "from another device");
  await pages.processes.restartRealtime();
  await pages.live(page, 20_000);
  await pill(page).getByText("2 new").waitFor();
  await said(page, "2 new comments");
  expect(await page.locator("#feed-stale").isVisible()).toBe(false);
});

test("older ones load on the way down, to the beginning; where that fails, by the button", async () => {
  const { page } = await reading(230, 3_600);
  expect(await rows(page).count()).toBe(50);
  const bottom = () => page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await bottom();
  await until(async () => (await rows(page).count()) > 50);

  await page.route("**/api/comments?before*", (route) => route.abort("connectionrefused"));
  const again = page.getByRole("button", { name: "Try again" });
  await until(async () => {
    await bottom();
    return again.isVisible();
  });
  const problem = page.getByRole("alert").filter({ hasText: "There is no answer" });
  expect(await problem.isVisible()).toBe(true);
  const shown = await rows(page).count();
  await page.unroute("**/api/comments?before*");
  await scrollTo(page, 0);
  await bottom();
  expect(await rows(page).count()).toBe(shown);
  await again.press("Enter");
  await until(async () => {
    await bottom();
    return page.getByText("That is the beginning.").isVisible();
  });
  expect(await rows(page).locator(".words").allTextContents()).toEqual(texts(230).reverse());
  // Those out of sight are not laid out: there can be thousands.
  expect(
    await rows(page)
      .last()
      .evaluate((each) => getComputedStyle(each).contentVisibility),
  ).toBe("auto");
  expect(await headings(page).first().textContent()).toMatch(/^(Today|Yesterday)$/);
  expect(await headings(page).last().textContent()).toMatch(/^\w+day \d+ \w+( \d{4})?$/);
  expect(await headings(page).count()).toBeGreaterThanOrEqual(10);
});

test("days are named anew at midnight, and times as they pass, in place", async () => {
  const ben = await seeded.person("Ben");
  const ada = await seeded.person("Ada", [ben]);
  await seeded.comment(ben, "of this day");
  const page = await pages.newPage();
  await page.clock.install();
  await seeded.dashboard(ada, page);
  const row = await commentOn(page, "of this day").elementHandle();
  const time = commentOn(page, "of this day").locator("time");
  expect(await headings(page).allInnerTexts()).toEqual(["Today"]);
  expect(await time.locator(".unseen").innerText()).toMatch(/20\d\d at \d/);
  expect(await time.getAttribute("title")).toBe(await time.locator(".unseen").innerText());
  await page.clock.fastForward("24:00:30");
  await expect.poll(() => headings(page).allInnerTexts()).toEqual(["Yesterday"]);
  await expect.poll(() => time.innerText()).toMatch(/\d\d:\d\d/);
  expect(await row?.evaluate((each) => each.isConnected)).toBe(true);
});

test("one's own is removed after a question, and the focus goes on below", async () => {
  const ben = await seeded.person("Ben");
  const ada = await seeded.person("Ada", [ben]);
  await seeded.history([ada, ben], texts(60));
  const page = await seeded.dashboard(ada);
  const own = page.locator("#comments li", { hasText: "words 40 " });
  const remove = own.getByRole("button", { name: /^Remove your comment/ });
  const dialog = page.getByRole("dialog");
  await remove.click();
  await dialog.getByRole("button", { name: "Keep" }).click();
  await dialog.waitFor({ state: "hidden" });
  expect(await remove.evaluate((each) => each === document.activeElement)).toBe(true);
  expect(await page.locator("#comments li", { hasText: "words 39 " }).getByRole("button").count()).toBe(0);

  const scrolled = await page.evaluate(() => scrollY);
  await page.keyboard.press("Enter");
  await dialog.getByText("Remove your comment “words 40").waitFor();
  await dialog.getByRole("button", { name: "Remove comment" }).click();
  await own.waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("words 39 ");
  expect(Math.abs((await page.evaluate(() => scrollY)) - scrolled)).toBeLessThan(200);
});
