import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { commentOn, Pages } from "../helpers/pages.ts";
import { openSeeded, type Seeded } from "../helpers/seeded.ts";

let pages: Pages;
let seeded: Seeded;
beforeAll(async () => {
  pages = await Pages.start();
  seeded = await openSeeded(pages);
});
afterAll(async () => {
  await seeded?.[Symbol.asyncDispose]();
  await pages?.[Symbol.asyncDispose]();
});
afterEach(() => pages.closeAll());

const focusedId = (page: Page) => page.evaluate(() => document.activeElement?.id);
const keysDialog = (page: Page) => page.getByRole("dialog", { name: "Keyboard shortcuts" });

/** Tab, until the focus is on what has this name; as somebody does who cannot see where it is hidden. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "";
    });
    if (name.test(focused)) return;
  }
  throw new Error(`Tab does not lead to ${name}.`);
}

test.each([1280, 320])("at %i px, a comment is written and removed without a mouse", async (width) => {
  const page = await pages.newPage();
  await page.setViewportSize({ width, height: 600 });
  await seeded.dashboard(await seeded.person("Ada"), page);
  await page.keyboard.press("n");
  expect(await focusedId(page)).toBe("composer-text");
  await page.keyboard.type("now / then ?");
  expect(await page.getByLabel("Say something").inputValue()).toBe("now / then ?");
  await page.keyboard.press("Control+Enter");
  await commentOn(page, "now / then ?").and(page.locator(":not(.unsent)")).waitFor();
  expect(await focusedId(page)).toBe("composer-text");

  await page.getByRole("link", { name: "Skip to the comments" }).focus();
  await page.keyboard.press("Enter");
  await tabTo(page, /^Remove your comment “now/);
  await page.keyboard.press("Enter");
  // The answer that changes nothing comes first.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Keep");
  await page.keyboard.press("Escape");
  await page.locator(":focus:not([aria-busy])").getByText("Remove").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await commentOn(page, "now / then ?").waitFor({ state: "detached" });
  expect(await focusedId(page)).toBe("feed-heading");
});

test.each([1280, 320])(
  "at %i px, the keys are shown by a key and a button, lead somewhere, and can be off",
  async (width) => {
    const page = await pages.newPage();
    await page.setViewportSize({ width, height: 600 });
    await seeded.dashboard(await seeded.person("Ada"), page);
    await page.keyboard.press("?");
    await keysDialog(page).getByText("Write a comment").waitFor();
    // Behind a dialog they do nothing.
    await page.keyboard.press("n");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Close");
    await page.keyboard.press("Escape");
    await keysDialog(page).waitFor({ state: "hidden" });

    await page.keyboard.press("/");
    expect(await focusedId(page)).toBe("search");
    expect(await page.getByLabel("Find people").inputValue()).toBe("");
    await page.keyboard.type("n?/");
    expect(await page.getByLabel("Find people").inputValue()).toBe("n?/");
    expect(await page.getByRole("dialog").count()).toBe(0);

    // The first clears the field, the second leaves the people, who lie over the feed on a narrow screen.
    for (const key of ["Escape", "Escape"]) await page.keyboard.press(key);
    await page.getByRole("button", { name: "Keys" }).press("Enter");
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.getByLabel("Use single-key shortcuts").press("Space");
    await page.keyboard.press("Escape");
    // The button that opened it has the focus again.
    expect(await focusedId(page)).toBe("keys-open");
    await page.keyboard.press("n");
    await page.keyboard.press("Control+n");
    expect(await focusedId(page)).toBe("keys-open");
    await page.reload();
    await pages.live(page);
    await page.keyboard.press("n");
    expect(await focusedId(page)).not.toBe("composer-text");
  },
);
