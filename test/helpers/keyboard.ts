import type { Locator, Page } from "playwright-core";

/** More than any page has to pass through. */
const maxTabs = 60;

const hasFocus = (target: Locator) => target.evaluate((element) => element === document.activeElement);

/** Presses Tab until the target has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let i = 0; i < maxTabs; i++) {
    if (await hasFocus(target)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The keyboard does not lead to ${target}; it ended on ${await focused(page)}.`);
}

/** Goes to a button by keyboard, and presses it. */
export async function pressOn(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

/** What has the focus: its id, or else its tag and name or text. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    return element.id || `${element.tagName.toLowerCase()} ${element.ariaLabel ?? element.textContent}`;
  });
}
