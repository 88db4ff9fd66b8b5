import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { tabTo } from "../helpers/keyboard.ts";
import { Pages, unfold } from "../helpers/pages.ts";
import { busyPerson, clientOf, dashboardOf, pageOf } from "../helpers/scene.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

/** The styles of an element, or of what is drawn before it. */
const styleOf = (page: Page, selector: string, pseudo?: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((element, pseudo) => {
      const { borderTopWidth, borderTopStyle, borderTopColor, outlineStyle, outlineWidth, outlineColor } =
        getComputedStyle(element, pseudo);
      const { backgroundColor } = getComputedStyle(document.documentElement);
      return {
        borderTopWidth,
        borderTopStyle,
        borderTopColor,
        outlineStyle,
        outlineWidth,
        outlineColor,
        backgroundColor,
      };
    }, pseudo);

async function expectBorder(page: Page, selector: string, pseudo?: string): Promise<void> {
  const { borderTopWidth, borderTopStyle, borderTopColor, backgroundColor } = await styleOf(page, selector, pseudo);
  expect({ selector, style: borderTopStyle, width: Number.parseFloat(borderTopWidth) >= 1 }).toEqual({
    selector,
    style: "solid",
    width: true,
  });
  expect([selector, borderTopColor]).not.toEqual([selector, backgroundColor]);
  expect([selector, borderTopColor]).not.toEqual([selector, "rgba(0, 0, 0, 0)"]);
}

async function expectRing(page: Page): Promise<void> {
  const { outlineStyle, outlineWidth, outlineColor, backgroundColor } = await styleOf(page, ":focus");
  expect([outlineStyle, Number.parseFloat(outlineWidth) >= 2]).toEqual(["solid", true]);
  expect(outlineColor).not.toBe(backgroundColor);
}

test.each(["light", "dark"] as const)(
  "with forced colours, %s, nothing that says something is gone",
  async (scheme) => {
    const options = { colorScheme: scheme, forcedColors: "active" } as const;
    const [busy, ben] = await Promise.all([busyPerson(pages), clientOf(pages, "Ben")]);
    await busy.befriend(ben);
    await dashboardOf(pages, ben);
    const page = await dashboardOf(pages, busy, options);
    await page.locator(`#friends li[data-person="${ben.id}"]`).getByText("online").waitFor();
    await unfold(page.locator("#friends"), "Cleo Test");
    await expectBorder(page, "#friends .online:not([hidden])", "::before");
    await expectBorder(page, "#connection", "::before");
    for (const selector of ["#search", ".composer", "#composer-send", "#friends button", ".folded button", ".initials"])
      await expectBorder(page, selector);
    for (const target of [
      page.getByLabel("Find people"),
      page.getByRole("button", { name: "Remove friend Cleo Test" }),
    ]) {
      await tabTo(page, target);
      await expectRing(page);
    }

    const door = await pages.newPage(options);
    await door.goto(`${pages.url}/?ended=expired`);
    for (const selector of [".note", "#username", "form > button", ".reveal"]) await expectBorder(door, selector);
    await expectRing(door);
  },
);

test("with reduced motion nothing moves: no transition, and no animation that takes time", async () => {
  const page = await pageOf(pages, await busyPerson(pages), { reducedMotion: "reduce" });
  for (const path of ["/dashboard", "/nothing"]) {
    await page.goto(pages.url + path);
    if (path === "/dashboard") {
      await pages.live(page);
      await page.locator("#comments").getByText("Word 9").waitFor();
    }
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")].flatMap((element) => {
        const { transitionDuration, animationName, animationDuration } = getComputedStyle(element);
        const longest = Math.max(
          ...transitionDuration.split(",").map(Number.parseFloat),
          animationName === "none" ? 0 : Number.parseFloat(animationDuration),
        );
        return longest > 0.001 ? [`${element.tagName} ${element.className} ${longest} s`] : [];
      }),
    );
    expect(moving).toEqual([]);
  }
});

test("where motion is welcome, there is some: what the other test looks for is there to be found", async () => {
  const page = await pages.newPage({ reducedMotion: "no-preference" });
  await page.goto(pages.url);
  const duration = await page.locator("form > button").evaluate((each) => getComputedStyle(each).transitionDuration);
  expect(Number.parseFloat(duration)).toBeGreaterThan(0);
});
