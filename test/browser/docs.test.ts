import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Pages } from "../helpers/pages.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages?.[Symbol.asyncDispose]());
afterEach(() => pages.closeAll());

test("the page about the API fits 320 px, is found by its contents, and is skipped to by keyboard", async () => {
  const page = await pages.newPage({ javaScriptEnabled: false });
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${pages.url}/api/docs`);
  const width = await page.locator("html").evaluate((html) => html.scrollWidth);
  expect(width).toBe(320);

  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.locator("main a:focus").textContent()).toBe("the OpenAPI document");

  await page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "GET /api/comments" }).click();
  const heading = page.getByRole("heading", { name: "GET /api/comments", level: 3 });
  const box = await heading.boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(0);
  expect(box?.y).toBeLessThan(640);
});
