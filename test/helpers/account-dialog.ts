import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

export const dialogOn = (page: Page) => page.getByRole("dialog", { name: "Account" });
export const button = (within: Page | Locator, name: string) => within.getByRole("button", { name, exact: true });
export const said = (dialog: Locator, text: string) => dialog.getByRole("status").getByText(text).waitFor();

/** Opens the account, and waits for the devices. */
export async function openAccount(page: Page): Promise<Locator> {
  await button(page, "Account").click();
  const dialog = dialogOn(page);
  await dialog.getByRole("listitem").first().waitFor();
  return dialog;
}

/** What stands at a field that is wrong, and has the focus. */
export async function problemAt(field: Locator): Promise<string> {
  await field.and(field.page().locator('[aria-invalid="true"]:focus')).waitFor();
  const ids = ((await field.getAttribute("aria-describedby")) ?? "").split(" ");
  return field.page().evaluate((id) => document.getElementById(id)?.textContent ?? "", ids[0] ?? "");
}

/** Neither the page nor what is open on it is wider than its place. */
export async function expectFit(dialog: Locator): Promise<void> {
  const excess = (element: Element) => element.scrollWidth - element.clientWidth;
  expect([await dialog.evaluate(excess), await dialog.page().locator("html").evaluate(excess)]).toEqual([0, 0]);
}
