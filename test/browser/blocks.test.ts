import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { commentOn, type Dashboard, overflow, Pages, unfold } from "../helpers/pages.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

const nameOf = ({ person }: Dashboard) => `${person.firstName} Test`;
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const blocked = (page: Page) => page.locator("#blocked-section");

async function find(page: Page, other: Dashboard): Promise<void> {
  await page.getByLabel("Find people").fill("");
  await page.getByLabel("Find people").fill(other.person.username);
  await page.locator("#found").getByText(nameOf(other)).waitFor();
}

test("a friend is blocked by keyboard, asks in vain, and is unblocked", async () => {
  const [ada, ben, eve] = await Promise.all(["Ada", "Ben", "Eve"].map((name) => pages.dashboardOf(name)));
  if (!ada || !ben || !eve) throw new Error("Somebody is missing.");
  await pages.befriend(ada, ben);
  await pages.send(ada.page, "from Ada");
  await pages.send(ben.page, "from Ben");
  await commentOn(ada.page, "from Ben").waitFor();

  const dialog = ada.page.getByRole("dialog");
  const ask = ada.page.locator("#friends").getByRole("button", { name: "Block Ben Test" });
  await ada.page.locator("#friends").getByRole("button", { name: "More about Ben Test" }).focus();
  for (const key of ["Enter", "Tab", "Tab", "Enter"]) await ada.page.keyboard.press(key);
  await dialog.getByText("Block Ben Test?").waitFor();
  expect(await dialog.innerText()).toContain("They will not be told.");
  await ada.page.keyboard.press("Escape");
  // Left unanswered, nothing happens, and the focus is where it was.
  await ask.and(ada.page.locator(":focus:not([aria-busy])")).waitFor();
  await ada.page.keyboard.press("Enter");
  await dialog.getByText("Block Ben Test?").waitFor();
  await ada.page.keyboard.press("Tab");
  await ada.page.keyboard.press("Enter");

  await blocked(ada.page).getByText("Ben Test").waitFor();
  expect(await ada.page.evaluate(() => document.activeElement?.id)).toBe("people-heading");
  await commentOn(ada.page, "from Ben").waitFor({ state: "detached" });
  await commentOn(ben.page, "from Ada").waitFor({ state: "detached" });
  await ben.page.getByText("Nobody yet.").waitFor();
  expect(await blocked(ben.page).isVisible()).toBe(false);

  await find(ben.page, ada);
  await button(ben.page, "Ask Ada Test to be your friend").click();
  await ben.page.locator("#found").getByText("Asked").waitFor();
  await find(eve.page, ada);
  await button(eve.page, "Ask Ada Test to be your friend").click();
  // Hers came later, and is here.
  await button(ada.page, "Accept the request from Eve Test").waitFor();
  expect(await ada.page.getByRole("button", { name: /request from Ben Test/ }).count()).toBe(0);

  await find(ada.page, ben);
  expect(await ada.page.locator("#found").getByRole("button").allInnerTexts()).toEqual(["Unblock"]);
  await blocked(ada.page).getByRole("button", { name: "Unblock Ben Test" }).click();
  await blocked(ada.page).waitFor({ state: "hidden" });
  await button(ben.page, "Ask Ada Test to be your friend").waitFor();
  await button(ada.page, "Ask Ben Test to be your friend").waitFor();
});

test("who asks, and who is found, can be blocked, also on a narrow screen", async () => {
  const [ada, ben, eve] = await Promise.all(["Ada", "Ben", "Eve"].map((name) => pages.dashboardOf(name)));
  if (!ada || !ben || !eve) throw new Error("Somebody is missing.");
  const { page } = ada;
  await page.setViewportSize({ width: 320, height: 700 });
  await find(ben.page, ada);
  await button(ben.page, "Ask Ada Test to be your friend").click();
  await page.getByRole("button", { name: "People (1 request)" }).click();
  await find(page, eve);
  expect(await overflow(page)).toBeLessThanOrEqual(0);

  for (const [list, other] of [
    ["#incoming", ben],
    ["#found", eve],
  ] as const) {
    const name = nameOf(other);
    await unfold(page.locator(list), name);
    await page
      .locator(list)
      .getByRole("button", { name: `Block ${name}` })
      .click();
    await page.getByRole("dialog").getByText(`Block ${name}?`).waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.getByRole("dialog").getByRole("button", { name: "Block", exact: true }).click();
    await blocked(page).getByText(name).waitFor();
  }
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  expect(await page.locator("#incoming-section").isVisible()).toBe(false);
  await page.reload();
  await pages.live(page);
  await page.getByRole("button", { name: "People (0)" }).click();
  expect(await blocked(page).getByRole("listitem").count()).toBe(2);
});
