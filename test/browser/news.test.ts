import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { findingsOn } from "../helpers/axe.ts";
import { commentOn, overflow } from "../helpers/pages.ts";
import { ask } from "../helpers/pairs.ts";
import { clientOf, narrow, openPeople } from "../helpers/scene.ts";
import { seededPages } from "../helpers/seeded.ts";

const { pages, seeded } = await seededPages();

/** What is said is gathered first. */
const patience = { timeout: 10_000 };
const notice = (page: Page) => page.locator("#notice");

/** Ada before her dashboard; Ben is her friend. */
async function friends(page?: Page) {
  const ben = await seeded.person("Ben");
  const ada = await seeded.person("Ada", [ben]);
  return { ada, ben, page: await seeded.dashboard(ada, page) };
}

/** All that the page says aloud from now on, with "" where it falls silent; nothing that is said is inert. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    for (const region of document.querySelectorAll("body > [role=status], main [role=status]")) {
      new MutationObserver(() => {
        const text = [...region.childNodes].map((each) => each.textContent).join(" / ");
        said.push(text && region.closest("[inert]") ? `inert: ${text}` : text);
      }).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

test("the same words are said again when they come again, and several at once are all said", async () => {
  const { ada, ben, page } = await friends();
  const said = await listen(page);
  await seeded.comment(ben, "one");
  await expect.poll(said, patience).toEqual(["New comment by Ben Test"]);
  await seeded.comment(ben, "two");
  await expect.poll(said, patience).toEqual(["New comment by Ben Test", "", "New comment by Ben Test"]);

  const before = (await said()).length;
  await page.getByLabel("Say something").fill("x".repeat(1_900));
  const asking = await Promise.all(["Gil", "Hana"].map((name) => clientOf(pages, name)));
  for (const each of asking) await ask(each, "friends", "PUT", ada);
  await expect
    .poll(async () => (await said()).slice(before).join(" / ").split(" / ").filter(Boolean).sort(), patience)
    .toEqual([
      "Few characters are left",
      "Gil Test would like to be your friend",
      "Hana Test would like to be your friend",
    ]);
});

test("what comes while a dialog is open is said after it", async () => {
  const page = await pages.newPage();
  await page.clock.install();
  const { ben } = await friends(page);
  const said = await listen(page);
  await page.getByRole("button", { name: "Shortcuts" }).click();
  await seeded.comment(ben, "one");
  await page.locator("#comments").getByText("one").waitFor();
  // Until it would have been said long ago.
  await page.clock.runFor(3_000);
  expect(await said()).toEqual([]);
  await page.keyboard.press("Escape");
  await expect.poll(said, patience).toEqual(["New comment by Ben Test"]);
});

test("at 320 px, who would like to be a friend is told, also over the people, and fits", async () => {
  const { ada, page } = await friends(await pages.newPage(narrow));
  await openPeople(page);
  const said = await listen(page);
  const gil = await clientOf(pages, "Gilberto-Maria-de-Sol");
  await ask(gil, "friends", "PUT", ada);
  const text = "Gilberto-Maria-de-Sol Test would like to be your friend";
  await expect.poll(said, patience).toContain(text);
  await page.getByRole("button", { name: "Accept the request from Gilberto" }).waitFor();
  await page.getByRole("button", { name: "Back to the feed" }).click();
  await notice(page).getByText(text).waitFor();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  expect(await findingsOn(page)).toEqual([]);
});

test("what is unread stays so when its author is renamed, and not when it is removed", async () => {
  const { ben, page } = await friends();
  await seeded.history(
    [ben],
    Array.from({ length: 30 }, (_, i) => `words ${i} ${"and more ".repeat(30)}`),
  );
  await page.reload();
  await commentOn(page, "words 29 ").waitFor();
  await page.evaluate(() => window.scrollTo(0, 1_000));
  const pill = page.getByRole("button", { name: "new comments, go to the top" });
  const [, second] = [await seeded.comment(ben, "one"), await seeded.comment(ben, "two")];
  await pill.getByText("2 new").waitFor();
  const client = await seeded.client(ben);
  await client.api.api.me.$patch({ json: { firstName: "Benedict" } });
  await commentOn(page, "two").getByText("Benedict Test").waitFor({ state: "attached" });
  expect(await pill.textContent()).toBe("2 new comments, go to the top");
  expect(await page.title()).toBe("(2) Kith");
  await client.api.api.comments[":id"].$delete({ param: { id: second.id } });
  await pill.getByText("1 new").waitFor();
});
