import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { button, dialogOn, expectFit, openAccount, problemAt, said } from "../helpers/account-dialog.ts";
import { findingsOn } from "../helpers/axe.ts";
import { Client, testPassword } from "../helpers/client.ts";
import { commentOn, type Dashboard, Pages, type SignUp } from "../helpers/pages.ts";
import { clientOf, dashboardOf } from "../helpers/scene.ts";
import { until } from "../helpers/until.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

const widths = [1280, 320];
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

/** One more browser of the same person. */
async function anotherOf(person: SignUp, password = testPassword): Promise<Page> {
  const page = await pages.newPage();
  await page.goto(pages.url);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Password").fill(password);
  await button(page, "Sign in").click();
  await page.waitForURL("**/dashboard");
  await pages.live(page);
  return page;
}

async function friends(): Promise<[Dashboard, Dashboard]> {
  const [ada, ben] = await Promise.all([pages.dashboardOf("Ada"), pages.dashboardOf("Ben")]);
  await pages.befriend(ada, ben);
  return [ada, ben];
}

test.each(widths)(
  "at %i px, another name is on one's own screen and a friend's at once, in old comments too",
  async (width) => {
    const [ada, ben] = await friends();
    await ada.page.setViewportSize({ width, height: 640 });
    await pages.send(ada.page, "before the change");
    await commentOn(ben.page, "before the change").getByText("Ada Test").waitFor();

    const dialog = await openAccount(ada.page);
    const [first, last] = [dialog.getByLabel("First name"), dialog.getByLabel("Last name")];
    expect([await first.inputValue(), await last.inputValue()]).toEqual(["Ada", "Test"]);
    await first.fill("Adele");
    await last.fill("");
    await button(dialog, "Save name").click();
    expect(await problemAt(last)).toBe("The last name cannot be empty.");
    expect(await first.inputValue()).toBe("Adele");
    expect(await findingsOn(ada.page)).toEqual([]);

    await last.fill("Moreau");
    await last.press("Enter");
    await said(dialog, "Your name has been saved.");
    expect(await findingsOn(ada.page)).toEqual([]);
    expect(await last.getAttribute("aria-invalid")).toBe(null);
    await expectFit(dialog);
    for (const { page } of [ada, ben]) await commentOn(page, "before the change").getByText("Adele Moreau").waitFor();
    await ada.page.getByTestId("full-name").getByText("Adele Moreau", { exact: true }).waitFor();
    await button(ben.page, "More about Adele Moreau").waitFor();
    await ada.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await focused(ada.page)).toBe("account-open");
  },
);

test.each(widths)(
  "at %i px, devices are ended one by one or by a changed password, which this one outlives",
  async (width) => {
    const { page, person } = await pages.dashboardOf("Ada");
    await page.setViewportSize({ width, height: 640 });
    let other = await anotherOf(person);
    await page.route("**/api/sessions", (route) => route.abort("connectionrefused"));
    await button(page, "Account").click();
    const dialog = dialogOn(page);
    await dialog.getByText("There is no answer. Check the connection.").waitFor();
    await page.unroute("**/api/sessions");
    await button(dialog, "Try again").click();
    await dialog.getByText("This device").waitFor();
    expect(await dialog.getByRole("listitem").count()).toBe(2);
    const name = await dialog.getByRole("listitem").first().getByRole("strong").textContent();
    await dialog.getByRole("button", { name: `Sign out ${name}, last used just now` }).click();
    await said(dialog, `${name} has been signed out.`);
    await other.getByText("You were signed out from another device. Sign in to continue.").waitFor();
    // The one that is left has the place of the one that went.
    await dialog.getByRole("listitem").and(page.locator(":focus")).waitFor();
    expect(await dialog.getByRole("listitem").count()).toBe(1);
    expect(await button(dialog, "Sign out all other devices").count()).toBe(0);

    other = await anotherOf(person);
    const [current, next] = [dialog.getByLabel("Current password"), dialog.getByLabel("New password")];
    await current.fill("not the password");
    await next.fill("another battery staple");
    await button(dialog, "Change password").click();
    expect(await problemAt(current)).toBe("This is not your password.");
    expect([await current.inputValue(), await next.inputValue()]).toEqual(["", ""]);
    await current.fill(testPassword);
    await next.fill("short");
    await button(dialog, "Change password").click();
    expect(await problemAt(next)).toBe("The new password needs at least 8 characters.");
    await expectFit(dialog);

    await current.fill(testPassword);
    await next.fill("another battery staple");
    await next.press("Enter");
    await said(dialog, "Your password has been changed. Your other devices have been signed out.");
    await other.getByText("Your password was changed, so you were signed out. Sign in with the new one.").waitFor();
    await until(async () => (await dialog.getByRole("listitem").count()) === 1);
    await button(dialog, "Close").click();
    await pages.live(page);
    await pages.send(page, "still here");
    expect(new URL(page.url()).pathname).toBe("/dashboard");
    other = await anotherOf(person, "another battery staple");
    await commentOn(other, "still here").waitFor();
    const again = await openAccount(page);
    await button(again, "Sign out all other devices").click();
    await said(again, "All your other devices have been signed out.");
    await other.getByText("You were signed out from another device.").waitFor();
  },
);

test("two devices that are ended at once are both said to be, and gone", async () => {
  const ada = await clientOf(pages, "Ada");
  for (const agent of ["Chrome/140.0.0.0", "Firefox/140.0"]) {
    const other = new Client({ ...pages.processes, origin: pages.url });
    await other.signIn(ada, { "user-agent": `Mozilla/5.0 (X11; Linux x86_64) ${agent}` });
  }
  const page = await dashboardOf(pages, ada);
  const dialog = await openAccount(page);
  const held: (() => Promise<void>)[] = [];
  await page.route("**/api/sessions/*", (route) => void held.push(() => route.continue()));
  const names = ["Chrome on Linux", "Firefox on Linux"];
  for (const name of names) await dialog.getByRole("button", { name: `Sign out ${name}` }).click();
  await until(() => held.length === names.length);
  for (const [ended, name] of names.entries()) {
    await held[ended]?.();
    await said(dialog, `${name} has been signed out.`);
    // What is read after the first one still lists the second.
    await until(async () => (await dialog.getByRole("listitem").count()) === names.length - ended);
  }
});

test("an account is deleted by keyboard, on a narrow screen, and is gone from a friend's", async () => {
  const [{ page }, ben] = await friends();
  await page.setViewportSize({ width: 320, height: 640 });
  await pages.send(page, "soon gone");
  await commentOn(ben.page, "soon gone").waitFor();
  await button(page, "Account").focus();
  await page.keyboard.press("Enter");
  const dialog = dialogOn(page);
  await dialog.getByRole("listitem").first().waitFor();
  expect(await focused(page)).toBe("account-heading");
  await expectFit(dialog);

  const field = dialog.getByLabel("Your password");
  const question = page.getByRole("dialog").filter({ hasText: "Delete your account?" });
  async function remove(password: string): Promise<void> {
    for (let tabs = 0; (await focused(page)) !== "account-password"; tabs++) {
      if (tabs > 20) throw new Error("The field cannot be reached by keyboard.");
      await page.keyboard.press("Tab");
    }
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
  }
  await remove("");
  expect(await problemAt(field)).toBe("Enter your password to delete your account.");
  await remove(testPassword);
  await question.waitFor();
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "hidden" });
  await until(async () => (await field.inputValue()) === "");
  expect(await dialog.isVisible()).toBe(true);
  await remove("not the password");
  await question.waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await problemAt(field)).toBe("This is not your password.");
  await remove(testPassword);
  await question.waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");

  await page.getByText("This account was deleted.").waitFor();
  await commentOn(ben.page, "soon gone").waitFor({ state: "detached" });
  await ben.page.getByText("Nobody yet.").waitFor();
});

test("what one person typed and was shown there is not left to the next one", async () => {
  const [page, ben] = await Promise.all([pages.newPage(), pages.dashboardOf("Ben")]);
  const tab = await page.context().newPage();
  pages.watch(tab);
  await tab.goto(pages.url);
  await pages.signUp(page, { firstName: "Ada", lastName: "Test", username: `ada-${crypto.randomUUID().slice(0, 8)}` });
  await pages.live(page);
  const dialog = await openAccount(page);
  await dialog.getByLabel("First name").fill("Adelheid");
  await tab.getByLabel("Username").fill(ben.person.username);
  await tab.getByLabel("Password").fill(testPassword);
  await button(tab, "Sign in").click();
  await page.getByTestId("full-name").getByText("Ben Test").waitFor();
  expect(await dialog.isVisible()).toBe(false);
  expect(await page.locator("#account").innerHTML()).not.toMatch(/Ada|ada-/);
  const again = await openAccount(page);
  expect(await again.getByLabel("First name").inputValue()).toBe("Ben");
});
