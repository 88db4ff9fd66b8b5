import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { befriend, insertPeople } from "../../infra/records.ts";
import { readConfig } from "../../shared/config.ts";
import { openDatabase } from "../../shared/database.ts";
import type { Client } from "../helpers/client.ts";
import { focused, pressOn, tabTo } from "../helpers/keyboard.ts";
import { overflow, Pages } from "../helpers/pages.ts";
import { want } from "../helpers/pairs.ts";
import { busyPerson, clientOf, dashboardOf, narrow, openPeople } from "../helpers/scene.ts";
import { until } from "../helpers/until.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

const button = (page: Page, name: string, list = "#people") =>
  page.locator(list).getByRole("button", { name, exact: true });
const press = async (page: Page, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** The person's row in a list, when it has the focus. */
const focusedRow = (page: Page, list: string, { id }: Client) => page.locator(`${list} li[data-person="${id}"]:focus`);

/** Two people, each in front of their people on a phone. */
async function twoPhones() {
  const [ada, ben] = (await Promise.all(["Ada", "Ben"].map((name) => clientOf(pages, name)))) as [Client, Client];
  const [adas, bens] = (await Promise.all([ada, ben].map((who) => dashboardOf(pages, who, narrow)))) as [Page, Page];
  for (const page of [adas, bens]) {
    await pressOn(page, page.getByRole("button", { name: "People (0)" }));
    expect(await focused(page)).toBe("people-heading");
  }
  return { ada, ben, adas, bens };
}

test("by keyboard alone, at 320 px: searched, asked, declined, cancelled, accepted, removed, blocked and unblocked", async () => {
  const { ada, ben, adas, bens } = await twoPhones();
  const askBen = button(adas, "Ask Ben Test to be your friend", "#found");
  const accept = button(bens, "Accept the request from Ada Test");

  await tabTo(adas, adas.getByLabel("Find people"));
  await adas.keyboard.type(ben.me?.username ?? "");
  await pressOn(adas, askBen);
  // The row says now what was done, and has the focus, so that a screen reader reads it.
  await focusedRow(adas, "#found", ben).getByText("Asked").waitFor();
  await pressOn(bens, button(bens, "Decline the request from Ada Test"));
  await accept.waitFor({ state: "detached" });
  expect(await focused(bens)).toBe("people-heading");

  await pressOn(adas, askBen);
  await pressOn(adas, button(adas, "Cancel your request to Ben Test"));
  await adas.locator("#outgoing-section").waitFor({ state: "hidden" });
  expect(await focused(adas)).toBe("people-heading");
  await pressOn(adas, askBen);
  await pressOn(bens, accept);
  for (const [page, other] of [
    [adas, ben],
    [bens, ada],
  ] as const) {
    await page.locator(`#friends li[data-person="${other.id}"]`).getByText("online").waitFor();
    await page.getByRole("button", { name: "People (1)" }).waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  }

  const dialog = adas.getByRole("dialog");
  const remove = button(adas, "Remove friend Ben Test");
  await pressOn(adas, button(adas, "More about Ben Test", "#friends"));
  await press(adas, "Tab");
  await remove.and(adas.locator(":focus")).waitFor();
  // It folds up what is open, and not the panel.
  await press(adas, "Escape");
  await remove.waitFor({ state: "hidden" });
  await button(adas, "More about Ben Test", "#friends").and(adas.locator(":focus")).waitFor();
  await press(adas, "Enter", "Tab", "Enter");
  await dialog.getByRole("button", { name: "Keep" }).and(adas.locator(":focus")).waitFor();
  await press(adas, "Escape");
  await remove.and(adas.locator(":focus:not([aria-busy])")).waitFor();
  await press(adas, "Enter");
  await dialog.waitFor();
  await press(adas, "Tab", "Enter");
  for (const page of [adas, bens]) await page.getByText("Nobody yet.").waitFor();
  expect(await focused(adas)).toBe("people-heading");

  await pressOn(adas, button(adas, "More about Ben Test", "#found"));
  await press(adas, "Tab", "Enter");
  await dialog.getByText("Block Ben Test?").waitFor();
  await press(adas, "Tab", "Enter");
  await button(adas, "Unblock Ben Test", "#blocked").waitFor();
  await focusedRow(adas, "#found", ben).waitFor();
  await pressOn(adas, button(adas, "Unblock Ben Test", "#blocked"));
  await askBen.waitFor();
  expect(await focused(adas)).toBe("people-heading");
});

describe("on a phone, people", () => {
  test("lie over the feed, which the keyboard does not reach until they are closed", async () => {
    const page = await dashboardOf(pages, await busyPerson(pages), narrow);
    const toggle = page.getByRole("button", { name: /^People \(/ });
    await openPeople(page);
    await pressOn(page, button(page, "Unblock Ivo Test"));
    await page.locator("#blocked-section").waitFor({ state: "hidden" });
    const passed = new Set<string>();
    for (let i = 0; i < 30; i++) {
      await press(page, "Tab");
      passed.add(await page.evaluate(() => document.activeElement?.closest("main, aside, header")?.tagName ?? "BODY"));
    }
    expect([...passed].sort()).toEqual(["ASIDE", "BODY", "HEADER"]);

    await page.getByLabel("Find people").fill("be");
    await press(page, "Escape");
    expect(await page.getByLabel("Find people").inputValue()).toBe("");
    await press(page, "Escape");
    await toggle.and(page.locator(":focus")).waitFor();
    expect(await page.locator("#people").isVisible()).toBe(false);
    await press(page, "Enter");
    await pressOn(page, button(page, "Back to the feed"));
    await toggle.and(page.locator(":focus")).waitFor();
    await openPeople(page);
    // As when a phone is turned.
    await page.setViewportSize({ width: 1000, height: 640 });
    await page.getByLabel("Say something").click();
  });

  test("are told apart by a finger", async () => {
    const page = await dashboardOf(pages, await busyPerson(pages), { ...narrow, hasTouch: true, isMobile: true });
    await openPeople(page);
    await button(page, "More about Ben Test", "#friends").tap();
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("header :is(button, a), aside :is(button, a, input)")]
        .filter((each) => each.checkVisibility())
        .map((each) => ({ name: each.textContent, box: each.getBoundingClientRect() }))
        .filter(({ box }) => box.height < 44 || box.width < 44)
        .map(({ name, box }) => `${name}: ${box.width} x ${box.height}`),
    );
    expect(small).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
});

test("the focus goes to the next row when its own is gone", async () => {
  const [ada, ...others] = (await Promise.all(["Ada", "Ben", "Cleo"].map((name) => clientOf(pages, name)))) as Client[];
  if (!ada) throw new Error("Somebody is missing.");
  for (const other of others) await want(other, ada);
  const page = await dashboardOf(pages, ada);
  await pressOn(page, button(page, "Accept the request from Ben Test"));
  await focusedRow(page, "#incoming", others[1] as Client).waitFor();
  await press(page, "Tab");
  await button(page, "Accept the request from Cleo Test").and(page.locator(":focus")).waitFor();
});

test("more friends than a page holds are counted as such, and the focus goes on where the further ones begin", async () => {
  const ada = await clientOf(pages, "Ada");
  const database = await openDatabase(readConfig(pages.processes.environment));
  try {
    const numbers = Array.from({ length: 230 }, (_, i) => String(i).padStart(3, "0"));
    const people = numbers.map((i) => ({ username: `friend-${i}`, firstName: `Friend ${i}`, lastName: "Test" }));
    const friends = await insertPeople(database, people, "unused");
    await befriend(
      database,
      friends.map((friend) => [ada, friend] as const),
    );
  } finally {
    await database.close();
  }
  const page = await dashboardOf(pages, ada, narrow);
  await page.getByRole("button", { name: "People (200+)" }).click();
  await button(page, "More friends").focus();
  await press(page, "Enter");
  await page.locator("#friends li:focus").getByText("Friend 200 Test").waitFor();
  await page.getByRole("button", { name: "People (230)" }).waitFor();
  expect(await button(page, "More friends").count()).toBe(0);
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});

test("what could not be done is said in the row, and a search that failed below its field", async () => {
  const page = await dashboardOf(pages, await busyPerson(pages, 3));
  await page.route("**/api/{friends,users}*{/**,}", (route) => route.abort("connectionrefused"));
  await button(page, "Accept the request from Gil Test").click();
  await page.locator("#incoming").getByRole("alert").getByText("There is no answer. Check the connection.").waitFor();
  await page.getByLabel("Find people").fill("b");
  await page.locator("#search-status").getByText("The search failed. Check the connection.").waitFor();
});

test("a loading that takes long shows that people are to come, and one that does not shows nothing of it", async () => {
  const page = await pages.newPage();
  const busy = await busyPerson(pages, 3);
  await page.context().addCookies([...busy.cookies].map(([name, value]) => ({ name, value, url: pages.url })));
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route("**/api/friends*", async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(`${pages.url}/dashboard`);
  const visibility = () => page.locator("#people-loading").evaluate((each) => getComputedStyle(each).visibility);
  const delay = () => page.locator("#people-loading").evaluate((each) => getComputedStyle(each).animationDelay);
  expect(await delay()).toBe("0.2s");
  await until(async () => (await visibility()) === "visible");
  release();
  await page.locator("#friends").getByText("Ben Test").waitFor();
  expect(await page.locator("#people-loading").isVisible()).toBe(false);
});
