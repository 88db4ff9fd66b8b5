import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, pressOn } from "../helpers/keyboard.ts";
import { commentOn, overflow } from "../helpers/pages.ts";
import { feedOf } from "../helpers/pairs.ts";
import { seededPages } from "../helpers/seeded.ts";
import { until } from "../helpers/until.ts";

const { pages, seeded } = await seededPages();

const keysDialog = (page: Page) => page.getByRole("dialog", { name: "Keyboard shortcuts" });

test.each([1280, 320])("at %i px, a comment is written and removed without a mouse", async (width) => {
  const page = await pages.newPage();
  await page.setViewportSize({ width, height: 600 });
  await seeded.dashboard(await seeded.person("Ada"), page);
  await page.keyboard.press("n");
  expect(await focused(page)).toBe("composer-text");
  await page.keyboard.type("now / then ?");
  expect(await page.getByLabel("Say something").inputValue()).toBe("now / then ?");
  await page.keyboard.press("Control+Enter");
  await commentOn(page, "now / then ?").and(page.locator(":not(.unsent)")).waitFor();
  expect(await focused(page)).toBe("composer-text");

  await page.getByRole("link", { name: "Skip to the comments" }).focus();
  await page.keyboard.press("Enter");
  await pressOn(page, page.getByRole("button", { name: /^Remove your comment “now/ }));
  // The answer that changes nothing comes first.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Keep");
  await page.keyboard.press("Escape");
  await page.locator(":focus:not([aria-busy])").getByText("Remove").waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await commentOn(page, "now / then ?").waitFor({ state: "detached" });
  expect(await focused(page)).toBe("feed-heading");
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
    expect(await focused(page)).toBe("search");
    expect(await page.getByLabel("Find people").inputValue()).toBe("");
    await page.keyboard.type("n?/");
    expect(await page.getByLabel("Find people").inputValue()).toBe("n?/");
    expect(await page.getByRole("dialog").count()).toBe(0);

    // The first clears the field, the second leaves the people, who lie over the feed on a narrow screen.
    for (const key of ["Escape", "Escape"]) await page.keyboard.press(key);
    await page.getByRole("button", { name: "Shortcuts" }).press("Enter");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.getByLabel("Use single-key shortcuts").press("Space");
    await page.keyboard.press("Escape");
    // The button that opened it has the focus again.
    expect(await focused(page)).toBe("keys-open");
    await page.keyboard.press("n");
    await page.keyboard.press("Control+n");
    expect(await focused(page)).toBe("keys-open");
    await page.reload();
    await pages.live(page);
    await page.keyboard.press("n");
    expect(await focused(page)).not.toBe("composer-text");
  },
);

const focusedWords = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.matches("li") && document.activeElement.querySelector(".words")?.textContent,
  );

async function remove(page: Page, body: string): Promise<void> {
  await page.getByRole("button", { name: `Remove your comment “${body}”` }).press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Remove comment" }).press("Enter");
  await commentOn(page, body).waitFor({ state: "detached" });
}

test("with a day's only comment the focus goes to the next day's first, or else to what is above", async () => {
  const ada = await seeded.person("Ada");
  await seeded.history([ada], ["three", "two", "one"], 86_400);
  const page = await seeded.dashboard(ada);
  await remove(page, "two");
  expect(await focusedWords(page)).toBe("three");
  await remove(page, "three");
  expect(await focusedWords(page)).toBe("one");
});

test("the focus goes to what was beside it, whatever comes meanwhile", async () => {
  const ben = await seeded.person("Ben");
  const ada = await seeded.person("Ada", [ben]);
  await seeded.history([ada], ["e", "d", "c", "b", "a"]);
  const page = await pages.newPage();
  let frames = "";
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => (frames += payload)));
  await seeded.dashboard(ada, page);
  const button = page.getByRole("button", { name: "Remove your comment “c”" });
  await button.focus();
  // All of it is drawn with one frame.
  await page.evaluate(() => {
    const waiting: FrameRequestCallback[] = [];
    const { requestAnimationFrame } = window;
    window.requestAnimationFrame = (work) => waiting.push(work);
    Object.assign(window, {
      goOn() {
        window.requestAnimationFrame = requestAnimationFrame;
        for (const work of waiting) work(performance.now());
      },
    });
  });
  for (const body of ["x", "y"]) await seeded.comment(ben, body);
  const { comments } = await feedOf(await seeded.client(ada));
  const id = comments.find(({ body }) => body === "c")?.id ?? "";
  await (await seeded.client(ada)).api.api.comments[":id"].$delete({ param: { id } });
  await until(() => frames.includes("commentRemoved"));
  await page.evaluate(() => (window as unknown as { goOn: () => void }).goOn());
  expect(await page.locator("#comments .words").allTextContents()).toEqual(["y", "x", "a", "b", "d", "e"]);
  expect(await focusedWords(page)).toBe("d");
});
